import { defineConfig } from 'vitest/config';

/** The crash tests: whole stacks of processes, one file after another. The browser's journeys run under Playwright. */
export default defineConfig({
  test: { include: ['crash/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 180_000, fileParallelism: false },
});
