import { createHash } from 'node:crypto';
import { decisionKeys } from '@darkroom/shared/decisions/decision-keys';
import type { EventLog } from '@darkroom/shared/event-log/event-log';
import type { ObjectStore } from '@darkroom/shared/object-store/object-store';
import { type JobEvent, jobEvent, type Picture } from '@darkroom/shared/schemas/events';
import { type Job, job } from '@darkroom/shared/schemas/job';
import { PERSISTENT_TOPICS, QUEUE_SOURCES, SIDECARS_SUBSCRIPTION } from '@darkroom/shared/schemas/topics';

export type Verdict = { faults: string[]; jobs: number; outcomes: Record<string, number> };

/** Log and store as somebody sees them who stands outside. */
export type Outside = { log: EventLog; store: ObjectStore };

type Evidence = Outside & { events: Map<string, { event: JobEvent; text: string }[]> };

/**
 * Stands outside: compares what was promised (the 202s) with log, store and API. Each accepted job has exactly one outcome an epoch, its
 * copies are equal byte for byte and equal to the decision, its pictures are there and are its own, and nothing is left in the queue.
 */
export async function judge({ log, store }: Outside, accepted: readonly string[], webUrl: string): Promise<Verdict> {
  const evidence = { log, store, events: await readEvents(log) };
  const faults: string[] = [];
  const outcomes: Record<string, number> = {};
  for (const id of accepted) if (!evidence.events.has(id)) faults.push(`${id}: accepted and not in the log`);
  for (const id of evidence.events.keys()) {
    const found = await judgeJob(evidence, id, await fromApi(webUrl, id));
    faults.push(...found.faults.map((fault) => `${id}: ${fault}`));
    outcomes[found.outcome] = (outcomes[found.outcome] ?? 0) + 1;
  }
  for (const { topic } of QUEUE_SOURCES) {
    const backlog = await log.backlog(topic, SIDECARS_SUBSCRIPTION);
    if (!backlog || backlog.ready + backlog.delayed + backlog.held > 0)
      faults.push(`${topic}: ${JSON.stringify(backlog)} left`);
  }
  return { faults, jobs: evidence.events.size, outcomes };
}

/** True while some message of the queue is not acknowledged. */
export async function isQueueBusy(log: EventLog): Promise<boolean> {
  for (const { topic } of QUEUE_SOURCES) {
    const backlog = await log.backlog(topic, SIDECARS_SUBSCRIPTION);
    if (!backlog || backlog.ready + backlog.delayed + backlog.held > 0) return true;
  }
  return false;
}

export async function readEvents(log: EventLog): Promise<Evidence['events']> {
  const events: Evidence['events'] = new Map();
  for (const topic of PERSISTENT_TOPICS) {
    for await (const messages of log.read(topic, { after: null, follow: false })) {
      for (const { payload } of messages) {
        const text = new TextDecoder().decode(payload);
        const parsed = jobEvent.safeParse(JSON.parse(text));
        if (!parsed.success) continue;
        const known = events.get(parsed.data.jobId) ?? [];
        known.push({ event: parsed.data, text });
        events.set(parsed.data.jobId, known);
      }
    }
  }
  return events;
}

async function judgeJob({ store, events }: Evidence, id: string, answer: Job | null) {
  const all = events.get(id) ?? [];
  const faults: string[] = [];
  const epoch = Math.max(...all.map(({ event }) => event.epoch));
  let outcome = 'none';
  for (let each = 0; each <= epoch; each += 1) {
    const copies = all.filter(({ event }) => event.epoch === each && isOutcome(event));
    const texts = new Set(copies.map(({ text }) => text));
    if (texts.size !== 1) faults.push(`epoch ${each} has ${texts.size} different outcomes`);
    const decided = await store.get(decisionKeys.outcome(id, each));
    if (!decided || !texts.has(new TextDecoder().decode(decided.body)))
      faults.push(`epoch ${each}: the decision is not what was published`);
    const event = copies[0]?.event;
    if (event?.type === 'completed') faults.push(...(await judgePictures(store, id, event.pictures)));
    outcome = event?.type ?? 'none';
  }
  for (const attempt of [1, 2, 3, 4, 5]) {
    const failures = all.filter(
      ({ event }) => event.type === 'failed' && event.epoch === epoch && event.attempt === attempt,
    );
    if (new Set(failures.map(({ text }) => text)).size > 1) faults.push(`attempt ${attempt} failed in two ways`);
    if (failures.length > 0 && attempt > 4) faults.push('there was a fifth attempt');
  }
  const expected = { completed: 'completed', cancelled: 'cancelled', dead_lettered: 'failed' }[outcome];
  if (answer?.status !== expected) faults.push(`the API says ${answer?.status}, the log ${outcome}`);
  return { faults, outcome };
}

function isOutcome(event: JobEvent): boolean {
  return event.type === 'completed' || event.type === 'cancelled' || event.type === 'dead_lettered';
}

async function judgePictures(store: ObjectStore, id: string, pictures: readonly Picture[]): Promise<string[]> {
  const faults: string[] = [];
  if (pictures.length === 0) faults.push('completed without a picture');
  for (const { key, sha256 } of pictures) {
    const found = await store.get(key);
    if (!found) faults.push(`the picture ${key} is missing`);
    else if (createHash('sha256').update(found.body).digest('hex') !== sha256) faults.push(`${key} has other bytes`);
    // The fake engine writes the job's id into its pictures.
    else if (!Buffer.from(found.body).includes(id)) faults.push(`${key} is the picture of another job`);
  }
  return faults;
}

async function fromApi(webUrl: string, id: string): Promise<Job | null> {
  const response = await fetch(`${webUrl}/images/${id}/`);
  return response.ok ? job.parse(await response.json()) : null;
}
