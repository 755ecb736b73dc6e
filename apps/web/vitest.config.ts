import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['{app,components,features,server}/**/*.test.{ts,tsx}'], testTimeout: 20_000 },
});
