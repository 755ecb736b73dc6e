import { isFinished, type Job, job } from '@darkroom/shared/schemas/job';

const POLL_MS = 50;

/** The job as the web knows it now; null while it gives no whole answer, as when it is killed in the middle of one. */
export async function askFor(webUrl: string, id: string): Promise<Job | null> {
  try {
    const response = await fetch(`${webUrl}/images/${id}/`);
    return response.ok ? job.parse(await response.json()) : null;
  } catch {
    return null;
  }
}

/** The job once it has an outcome. A web that was killed is asked again. */
export async function settled(webUrl: string, id: string, timeoutMs = 60_000): Promise<Job> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const answer = await askFor(webUrl, id);
    if (answer && isFinished(answer.status)) return answer;
    if (performance.now() > until) throw new Error(`${id} did not end in time: ${answer?.status ?? 'no answer'}`);
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

/** Until the server says what stands: 200 (cancelled) or 409 (something else). */
export async function cancel(webUrl: string, id: string): Promise<number> {
  return await mutate(`${webUrl}/images/${id}/cancel`, [200, 409]);
}

export async function replay(webUrl: string, id: string): Promise<number> {
  return await mutate(`${webUrl}/images/${id}/replay`, [202, 409]);
}

async function mutate(url: string, final: readonly number[]): Promise<number> {
  for (;;) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }).catch(() => null);
    if (response && final.includes(response.status)) return response.status;
    if (response && response.status < 500)
      throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}
