import { defineConfig } from 'vitest/config';

/** Whole stacks of processes and real servers, one file after another. The browser's journeys run under Playwright. */
export default defineConfig({
  test: {
    include: ['{crash,services}/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
