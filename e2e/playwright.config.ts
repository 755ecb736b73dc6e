import { defineConfig } from '@playwright/test';
import { findChromium } from './find-chromium.ts';

const executablePath = await findChromium();
if (executablePath === null) throw new Error('no Chromium, Chrome or Edge was found: set CHROMIUM_PATH');

/** The journeys, black box, against the production build. `stacks.ts` starts it once for all of them. */
export default defineConfig({
  testDir: 'journeys',
  globalSetup: './stacks.ts',
  outputDir: '../.e2e/results',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: process.env['E2E_REPORT'] ?? '../.e2e/report.json' }]],
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'Asia/Kathmandu',
    launchOptions: {
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    },
    trace: 'retain-on-failure',
  },
});
