import { isFinished, job } from '@darkroom/shared/schemas/job';
const POLL_MS = 50;
/** The job once it has an outcome. A web that was killed is asked again. */
export async function settled(webUrl, id, timeoutMs = 60000) {
    const until = performance.now() + timeoutMs;
    for (;;) {
        const response = await fetch(`${webUrl}/images/${id}/`).catch(() => null);
        const answer = response?.ok ? job.parse(await response.json()) : null;
        if (answer && isFinished(answer.status))
            return answer;
        if (performance.now() > until)
            throw new Error(`${id} did not end in time: ${answer?.status ?? response?.status}`);
        await new Promise((wake) => setTimeout(wake, POLL_MS));
    }
}
/** Until the server says what stands: 200 (cancelled) or 409 (something else). */
export async function cancel(webUrl, id) {
    return await mutate(`${webUrl}/images/${id}/cancel`, [200, 409]);
}
export async function replay(webUrl, id) {
    return await mutate(`${webUrl}/images/${id}/replay`, [202, 409]);
}
async function mutate(url, final) {
    for (;;) {
        const response = await fetch(url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{}',
        }).catch(() => null);
        if (response && final.includes(response.status))
            return response.status;
        if (response && response.status < 500)
            throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
        await new Promise((wake) => setTimeout(wake, POLL_MS));
    }
}
