/** `npm run screenshots`: draws the pictures of docs/screenshots from a running Darkroom (`DARKROOM_URL`, default http://localhost:8000). */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { findChromium } from './find-chromium.ts';

const URL_OF_APP = process.env['DARKROOM_URL'] ?? 'http://localhost:8000';
const FOLDER = process.env['SCREENSHOTS'] ?? join(import.meta.dirname, '../docs/screenshots');
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 375, height: 812 } };
const PAGES = { create: '/', gallery: '/gallery' };

async function shoot(browser: Browser, theme: 'dark' | 'light', size: keyof typeof SIZES): Promise<void> {
  const context = await browser.newContext({ viewport: SIZES[size], deviceScaleFactor: 1 });
  await context.addCookies([{ name: 'theme', value: theme, url: URL_OF_APP }]);
  const page = await context.newPage();
  for (const [name, address] of Object.entries(PAGES)) {
    await page.goto(URL_OF_APP + address);
    await page.getByRole('main').locator('img').first().waitFor();
    if (name === 'create') await page.getByLabel('Prompt', { exact: true }).fill('a cat, 3d');
    await page.waitForLoadState('load');
    await page.waitForFunction(() =>
      [...document.images].every((image) => image.complete || image.getBoundingClientRect().top > window.innerHeight),
    );
    // Pictures that come up and buttons that change are waited for; what a running job moves is caught as it is.
    await page.waitForFunction(() =>
      document
        .getAnimations()
        .every(
          ({ effect }) =>
            !(effect instanceof KeyframeEffect && effect.target?.matches('main img.come-up, main button')),
        ),
    );
    const path = join(FOLDER, `${name}-${theme}${size === 'wide' ? '' : '-narrow'}.png`);
    await page.screenshot({ path, animations: 'disabled' });
  }
  await context.close();
}

const executablePath = await findChromium();
if (executablePath === null) throw new Error('no Chromium was found');
mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
for (const theme of ['dark', 'light'] as const) {
  for (const size of ['wide', 'narrow'] as const) await shoot(browser, theme, size);
}
await browser.close();
