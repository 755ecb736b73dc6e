import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';

const REAL = process.env['REAL_URL'] ?? '';
const FAKE = process.env['FAKE_URL'] ?? '';
const STORE = process.env['REAL_STORE_URL'] ?? '';

/** Opens the form with an empty draft. */
async function openCreate(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole('button', { name: /^Generate/ })).toBeVisible();
}

async function generate(page: Page, prompt: string): Promise<void> {
  await page.getByLabel('Prompt', { exact: true }).fill(prompt);
  await page.getByRole('button', { name: /^Generate/ }).click();
}

const card = (page: Page, prompt: string) => page.getByRole('article', { name: prompt, exact: true });

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

test.describe('with the built-in model', () => {
  test('a prompt becomes a picture, develops in place, and hangs in the gallery', async ({ page }) => {
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('request', (request) => {
      if (![REAL, STORE].some((own) => request.url().startsWith(own)) && !/^(data|blob):/.test(request.url()))
        problems.push(`outside: ${request.url()}`);
    });
    await openCreate(page, REAL);
    await generate(page, 'a dog');
    const dog = card(page, 'a dog');
    await expect(dog.getByText(/^Done in/)).toBeVisible();
    const picture = dog.getByRole('img', { name: 'a dog' });
    await expect(picture).toBeVisible();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(256);

    await page.getByRole('link', { name: 'Gallery' }).click();
    await page
      .getByRole('link', { name: /^a dog\. Done/ })
      .first()
      .click();
    await expect(page.getByRole('heading', { name: 'a dog' })).toBeVisible();
    await expect(page.getByText('256 × 256')).toBeVisible();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/dog.*\.png$/);

    await page.getByRole('button', { name: 'Re-use settings' }).click();
    await expect(page.getByLabel('Prompt', { exact: true })).toHaveValue('a dog');
    await expect(page.getByRole('button', { name: /^Generate 1 picture/ })).toBeVisible();
    expect(problems).toEqual([]);
  });
});

test('the built-in model says what it can draw, and surprises; what somebody wrote comes back', async ({ page }) => {
  await openCreate(page, REAL);
  const prompt = page.getByLabel('Prompt', { exact: true });
  await prompt.fill('my own words');
  await page.getByRole('button', { name: 'Surprise me' }).click();
  await expect(prompt).toHaveValue(/^an? [a-z]/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(prompt).toHaveValue('my own words');
  await page.getByRole('button', { name: /^What it can draw/ }).click();
  const things = page.getByRole('list', { name: 'Things it can draw' }).getByRole('button');
  expect(await things.count()).toBeGreaterThan(200);
  await expectAccessible(page);
  await things.filter({ hasText: /^octopus$/ }).click();
  await expect(prompt).toHaveValue('an octopus');
  // What a click wrote is nobody's own: the next click asks nothing.
  await page.getByRole('button', { name: 'Surprise me' }).click();
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(1);
  const surprise = await prompt.inputValue();
  await page.getByRole('button', { name: /^Generate/ }).click();
  await expect(
    card(page, surprise)
      .first()
      .getByText(/^Done in/),
  ).toBeVisible();
});

test.describe('with the fake engine', () => {
  test.beforeEach(async ({ page }) => {
    await openCreate(page, FAKE);
  });

  test('the button tells every reason, and the number of pictures', async ({ page }) => {
    const button = page.getByRole('button', { name: /^Generate/ });
    await expect(button).toHaveAttribute('aria-disabled', 'true');
    await expect(button).toHaveAccessibleDescription(/Write a prompt/);
    await page.getByLabel('Width', { exact: true }).fill('100');
    await page.getByLabel('Pictures in turn').fill('e');
    await expect(button).toHaveAccessibleDescription(/Width must be .*Pictures in turn must be a whole number/);
    await page.getByLabel('Width', { exact: true }).fill(' 128 ');
    await page.getByLabel('Width', { exact: true }).blur();
    await expect(page.getByLabel('Width', { exact: true })).toHaveValue('128');
    await page.getByLabel('Pictures in turn').fill('4');
    await page.getByLabel('Prompt', { exact: true }).fill('four dogs');
    await expect(button).toHaveAccessibleName(/^Generate 4 pictures/);
    await button.click();
    await expect(card(page, 'four dogs').getByRole('img', { name: 'four dogs' })).toHaveCount(4);
  });

  test('progress is seen, a running job is cancelled from its card, and undone', async ({ page }) => {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByLabel('Steps').fill('40');
    await generate(page, 'fake:step-ms=100 slowly');
    const slow = card(page, 'fake:step-ms=100 slowly');
    await expect(slow.getByText(/Step \d+ of 40/)).toBeVisible();
    await expect(slow.getByRole('progressbar')).toBeVisible();
    await page.reload();
    await expect(slow.getByText(/Step \d+ of 40/)).toBeVisible();
    await slow.getByRole('button', { name: 'Cancel' }).click();
    await expect(slow.getByText('Cancelled')).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(slow.getByText(/Step \d+ of 40|Waiting|Starting/)).toBeVisible();
    await slow.getByRole('button', { name: 'Cancel' }).click();
    await expect(slow.getByText('Cancelled')).toBeVisible();
  });

  test('a tab that was hidden and cut off while its job ended is right as soon as it is seen again', async ({
    page,
    context,
    request,
  }) => {
    await page.clock.install();
    await page.reload();
    const show = async (state: 'hidden' | 'visible') =>
      await page.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    const accepted = page.waitForResponse((response) => response.request().method() === 'POST');
    await generate(page, 'fake:step-ms=150 unseen');
    const { id } = await (await accepted).json();
    const unseen = card(page, 'fake:step-ms=150 unseen');
    await expect(unseen.getByText(/Step \d+ of/)).toBeVisible();
    await show('hidden');
    await context.setOffline(true);
    // Long enough for the page to give its stream back.
    await page.clock.fastForward(40_000);
    await expect
      .poll(async () => (await (await request.get(`${FAKE}/images/${id}`)).json()).status, { timeout: 20_000 })
      .toBe('completed');
    await context.setOffline(false);
    await show('visible');
    await expect(unseen.getByRole('img')).toBeVisible({ timeout: 5000 });
    await expect(unseen.getByText(/Step \d+ of/)).toBeHidden();
  });

  test('a failed job says why, shows the machine’s words on demand, and can be tried again', async ({ page }) => {
    await generate(page, 'fake:permanent on the page');
    const failed = card(page, 'fake:permanent on the page');
    await expect(failed.getByText(/^Failed: the model cannot render these settings/)).toBeVisible();
    await failed.getByText('What the machine said').click();
    await expect(failed.getByText(/SETTINGS_REFUSED/)).toBeVisible();
    await failed.getByRole('button', { name: 'Try again' }).click();
    await expect(failed.getByText(/^Failed/)).toBeVisible();
  });

  test('many are submitted without waiting, by keyboard; the caret stays where it is', async ({ page }) => {
    const prompt = page.getByLabel('Prompt', { exact: true });
    for (let i = 1; i <= 5; i += 1) {
      await prompt.fill(`quick ${i}`);
      await prompt.press('ControlOrMeta+Enter');
    }
    for (let i = 1; i <= 5; i += 1) await expect(card(page, `quick ${i}`).getByText(/^Done/)).toBeVisible();
    await expect(prompt).toBeFocused();
    await expect(prompt).toHaveValue('quick 5');
  });

  test('an Enter that only confirms a composition sends nothing', async ({ page }) => {
    let posts = 0;
    page.on('request', (request) => {
      if (request.method() === 'POST') posts += 1;
    });
    const prompt = page.getByLabel('Prompt', { exact: true });
    await prompt.fill('犬');
    await prompt.dispatchEvent('keydown', { key: 'Enter', ctrlKey: true, isComposing: true });
    await prompt.dispatchEvent('keydown', { key: 'Enter', ctrlKey: true, keyCode: 229 });
    await prompt.dispatchEvent('compositionend');
    await prompt.press('Control+Enter');
    await expect(card(page, '犬').first().getByText(/^Done/)).toBeVisible();
    expect(posts).toBe(1);
  });

  test('the form keeps its text across a reload', async ({ page }) => {
    await page.getByLabel('Prompt', { exact: true }).fill('line one\n\nline three');
    await page.getByLabel('Negative prompt').fill('fog');
    await page.reload();
    await expect(page.getByLabel('Prompt', { exact: true })).toHaveValue('line one\n\nline three');
    await expect(page.getByLabel('Negative prompt')).toHaveValue('fog');
  });
});

for (const scheme of ['dark', 'light'] as const) {
  for (const width of [375, 1440]) {
    test(`the pages are accessible and fit, ${scheme}, ${width} px`, async ({ page, context }) => {
      await context.addCookies([{ name: 'theme', value: scheme, url: FAKE }]);
      await page.setViewportSize({ width, height: 900 });
      // Contrast is judged of what stands, not of what fades in at that moment.
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await openCreate(page, FAKE);
      await generate(page, `fake:permanent ${scheme} ${width}`);
      await generate(page, `a dog ${scheme} ${width}`);
      await expect(card(page, `a dog ${scheme} ${width}`).getByText(/^Done/)).toBeVisible();
      await expectAccessible(page);
      await page.goto(`${FAKE}/gallery`);
      await expect(page.getByRole('list', { name: 'Pictures' }).getByRole('link').first()).toBeVisible();
      await expectAccessible(page);
      await page
        .getByRole('link', { name: new RegExp(`^a dog ${scheme} ${width}\\. Done`) })
        .first()
        .click();
      await expect(page.getByRole('heading', { name: `a dog ${scheme} ${width}` })).toBeVisible();
      await expectAccessible(page);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
    });
  }
}

test('an empty gallery makes a picture with one click', async ({ page }) => {
  await page.route('**/images/?limit=*', async (route) => await route.fulfill({ json: [] }));
  await page.route('**/events', async (route) => {
    const snapshot = { jobs: [], models: await (await fetch(`${FAKE}/models`)).json(), workers: [] };
    await route.fulfill({
      contentType: 'text/event-stream',
      body: `event: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`,
    });
  });
  await page.goto(`${FAKE}/gallery`);
  await expect(page.getByRole('heading', { name: /will hang here/ })).toBeVisible();
  const [request] = await Promise.all([
    page.waitForRequest((each) => each.method() === 'POST'),
    page.getByRole('list', { name: 'Example prompts' }).getByRole('button').first().click(),
  ]);
  expect(request.postDataJSON()).toMatchObject({ generation_settings: { prompt: expect.any(String) } });
});
