import type { EventLog } from '@darkroom/shared/event-log/event-log';
import { delayUnlessAborted } from '@darkroom/shared/lifecycle/delay';
import { type WorkerStatus, workerStatus } from '@darkroom/shared/schemas/events';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { type Clock, isoTimeOf } from '@darkroom/shared/time/clock';
import { type QueuedJob, sameJob } from './queued-job.ts';

type JobName = Pick<QueuedJob, 'jobId' | 'epoch' | 'attempt'>;
type Options = { log: EventLog; clock: Clock; workerId: string; statusEveryMs: number; workerSilentMs: number };

/** What this worker does, told to all; and what the others last told. */
export class WorkerBoard {
  readonly #options: Options;
  readonly #held = new Set<JobName>();
  readonly #others = new Map<string, { status: WorkerStatus; seenAt: number }>();
  #describe: () => Pick<WorkerStatus, 'state' | 'reason'> = () => ({ state: 'starting', reason: null });
  #stopping = false;

  constructor(options: Options) {
    this.#options = options;
  }

  set describe(describe: () => Pick<WorkerStatus, 'state' | 'reason'>) {
    this.#describe = describe;
  }

  get heldJobs(): number {
    return this.#held.size;
  }

  /** Shows the job as held by this worker until disposed. */
  hold({ jobId, epoch, attempt }: JobName): Disposable {
    const name = { jobId, epoch, attempt };
    this.#held.add(name);
    void this.tell();
    return {
      [Symbol.dispose]: () => {
        this.#held.delete(name);
        void this.tell();
      },
    };
  }

  /** True if a worker that is not silent, this one included, already has the job in its hands. */
  isHeld(job: { jobId: string; epoch: number }): boolean {
    for (const name of this.#held) if (sameJob(name, job)) return true;
    const now = this.#options.clock.now();
    for (const { status, seenAt } of this.#others.values()) {
      if (now - seenAt <= this.#options.workerSilentMs && status.jobs.some((each) => sameJob(each, job))) return true;
    }
    return false;
  }

  /** Live and best effort: a status that is lost is followed by the next. */
  async tell(): Promise<void> {
    const { log, clock, workerId } = this.#options;
    const status: WorkerStatus = {
      workerId,
      time: isoTimeOf(clock),
      ...(this.#stopping ? { state: 'stopping', reason: null } : this.#describe()),
      jobs: [...this.#held],
    };
    await log.publish(TOPICS.workerStatus, { key: workerId, payload: encodeEvent(status) }).catch(() => undefined);
  }

  async tellRegularly(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.tell();
      await delayUnlessAborted(this.#options.statusEveryMs, signal);
    }
  }

  async tellStopped(): Promise<void> {
    this.#stopping = true;
    this.#held.clear();
    await this.tell();
  }

  async follow(signal: AbortSignal): Promise<void> {
    const { log, clock, workerId } = this.#options;
    while (!signal.aborted) {
      try {
        for await (const message of log.tail(TOPICS.workerStatus, { signal })) {
          const status = workerStatus.safeParse(JSON.parse(new TextDecoder().decode(message.payload))).data;
          if (!status || status.workerId === workerId) continue;
          // By the time of its publishing: replayed messages of the last seconds are not news.
          const seenAt = Math.min(message.publishTime, clock.now());
          if (status.state === 'stopping') this.#others.delete(status.workerId);
          else this.#others.set(status.workerId, { status, seenAt });
        }
      } catch {
        // Without it a second delivery may start needlessly; the decision settles that.
      }
      await delayUnlessAborted(1000, signal);
    }
  }
}
