import { type APIRequestContext, expect, type Page, test } from '@playwright/test';

const FAKE = process.env['FAKE_URL'] ?? '';

/** Asks for a picture through the API; its id. */
async function ask(request: APIRequestContext, prompt: string, seed: number): Promise<string> {
  const generation_settings = { prompt, seed, steps: 1 };
  const response = await request.post(`${FAKE}/images/`, { data: { generation_settings } });
  expect(response.status()).toBe(202);
  return (await response.json()).id;
}

async function untilDone(request: APIRequestContext, id: string): Promise<void> {
  await expect
    .poll(async () => (await (await request.get(`${FAKE}/images/${id}/`)).json()).status, { timeout: 60_000 })
    .toBe('completed');
}

const tiles = (page: Page) => page.getByRole('list', { name: 'Pictures', exact: true }).getByRole('link');

test('times are those of the reader, their title is UTC, and the console stays silent', async ({ page, request }) => {
  const said: string[] = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && said.push(message.text()));
  const id = await ask(request, 'an hour elsewhere', 1);
  await untilDone(request, id);
  await page.goto(`${FAKE}/gallery/${id}`);
  const asked = page.getByRole('region', { name: 'Life line' }).getByRole('listitem').filter({ hasText: 'Asked for' });
  const utc = await asked.locator('time').getAttribute('title');
  expect(utc).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  // Kathmandu is 5 h 45 min ahead.
  const local = new Date(Date.parse(utc ?? '') + 345 * 60_000).toISOString().slice(11, 19);
  await expect(asked.locator('time')).toHaveText(local);
  expect(said).toEqual([]);
});

test('turned to the next picture, a key means the one that is shown', async ({ page, request, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const older = await ask(request, 'the older one', 111);
  const newer = await ask(request, 'the newer one', 222);
  await untilDone(request, older);
  await untilDone(request, newer);
  await page.goto(`${FAKE}/gallery/${newer}`);
  await expect(page.getByRole('link', { name: 'Older picture' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('s');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('111');
  await expect(page).toHaveURL(`${FAKE}/gallery/${older}`);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'the older one' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator(`#tile-${older}`)).toBeFocused();
});

test('by keyboard one goes from picture to picture', async ({ page, request }) => {
  const [first, second] = [await ask(request, 'left', 1), await ask(request, 'right', 2)];
  await untilDone(request, first);
  await untilDone(request, second);
  await page.goto(`${FAKE}/gallery`);
  await page.locator(`#tile-${second}`).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator(`#tile-${first}`)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'left' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
});

test('each job stands once and none is missing while new ones arrive', async ({ page, request }) => {
  test.slow();
  const ids: string[] = [];
  for (let seed = 0; seed < 70; seed += 1) ids.push(await ask(request, `before ${seed}`, seed));
  await untilDone(request, ids.at(-1) ?? '');
  await page.goto(`${FAKE}/gallery`);
  await expect(tiles(page).first()).toBeVisible();
  const arriving = (async () => {
    for (let seed = 0; seed < 30; seed += 1) ids.push(await ask(request, `after ${seed}`, seed));
  })();
  await page.getByRole('button', { name: 'Load older pictures' }).scrollIntoViewIfNeeded();
  await arriving;
  await untilDone(request, ids.at(-1) ?? '');
  await expect(page.locator(`#tile-${ids[0]}`)).toBeAttached();
  const shown = await tiles(page).evaluateAll((links) => links.map(({ id }) => id.replace('tile-', '')));
  expect(new Set(shown).size).toBe(shown.length);
  expect(ids.filter((id) => !shown.includes(id))).toEqual([]);
});

test('a number box leaves alone what is typed, settles when it is left, and a wrong one is not sent', async ({
  page,
}) => {
  let posts = 0;
  page.on('request', (request) => {
    if (request.method() === 'POST') posts += 1;
  });
  await page.goto(FAKE);
  await page.getByLabel('Prompt', { exact: true }).fill('a box');
  const width = page.getByLabel('Width', { exact: true });
  for (const [typed, settled] of [
    ['512', '512'],
    ['1024', '1024'],
    ['e', 'e'],
    ['-', '-'],
    ['1.5', '1.5'],
    [' 768 ', '768'],
    ['', ''],
  ] as const) {
    await width.fill('');
    await width.pressSequentially(typed);
    await expect(width).toHaveValue(typed);
    await width.blur();
    await expect(width).toHaveValue(settled);
  }
  await width.fill('e');
  await width.press('Control+Enter');
  await expect(width).toHaveAccessibleDescription('must be a whole number');
  await expect(width).toHaveValue('e');
  await width.fill('');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByLabel('Guidance').fill('7,5');
  await page.getByLabel('Guidance').blur();
  await expect(page.getByLabel('Guidance')).toHaveValue('7.5');
  expect(posts).toBe(0);
  const [request] = await Promise.all([
    page.waitForRequest((each) => each.method() === 'POST'),
    page.getByRole('button', { name: /^Generate/ }).click(),
  ]);
  expect(request.postDataJSON()).toMatchObject({ generation_settings: { cfg_scale: 7.5 } });
});
