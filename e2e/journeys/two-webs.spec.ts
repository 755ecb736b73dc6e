import { expect, test } from '@playwright/test';

const FAKE = process.env['FAKE_URL'] ?? '';
const FAKE_2 = process.env['FAKE_URL_2'] ?? '';

// The last file of all: its thousand jobs stay in the queue.
test('a job posted to one web is there at once at the other, a thousand times', async ({ request }) => {
  test.setTimeout(180_000);
  const statuses = new Map<number, number>();
  for (let i = 0; i < 1000; i += 1) {
    const [to, from] = i % 2 ? [FAKE, FAKE_2] : [FAKE_2, FAKE];
    const generation_settings = { prompt: `dog ${i}`, steps: 1, width: 64, height: 64 };
    const { id } = await (await request.post(`${to}/images/`, { data: { generation_settings } })).json();
    const status = (await request.get(`${from}/images/${id}/`)).status();
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect(Object.fromEntries(statuses)).toEqual({ 200: 1000 });
});
