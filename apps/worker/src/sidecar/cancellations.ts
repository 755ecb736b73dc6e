import { messageOf } from '@darkroom/shared/errors/darkroom-error';
import type { EventLog, Position } from '@darkroom/shared/event-log/event-log';
import { readEvent } from '@darkroom/shared/schemas/read-event';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import type { InfrastructureGate } from './infrastructure-gate.ts';
import { untilLogAnswers } from './log-answers.ts';

type Watch = { jobId: string; epoch: number; cancelled: AbortController };

/** Aborts when the job's cancellation is seen. Dispose to stop watching. */
export type CancellationWatch = Disposable & { cancelled: AbortSignal };

/** Tails the cancelled jobs; it is opened before any outcome is looked at, so that no cancel falls between the two. */
export class Cancellations {
  readonly #watches = new Set<Watch>();
  readonly #log: EventLog;
  readonly #gate: InfrastructureGate;
  #after: Position | null = null;

  constructor(log: EventLog, gate: InfrastructureGate) {
    this.#log = log;
    this.#gate = gate;
  }

  /** To be called before the job's outcome is looked at. */
  watch({ jobId, epoch }: { jobId: string; epoch: number }): CancellationWatch {
    const watch = { jobId, epoch, cancelled: new AbortController() };
    this.#watches.add(watch);
    return { cancelled: watch.cancelled.signal, [Symbol.dispose]: () => this.#watches.delete(watch) };
  }

  /** Notes where the topic ends now; what comes later is seen by `follow`. */
  async open(signal: AbortSignal): Promise<void> {
    this.#after = await this.#log.lastPosition(TOPICS.cancelled, { signal });
  }

  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const messages of this.#log.read(TOPICS.cancelled, { after: this.#after, signal })) {
          for (const { payload, position } of messages) {
            this.#after = position;
            const read = readEvent(payload);
            if (read.kind === 'event' && read.event.type === 'cancelled') this.#cancel(read.event);
          }
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#gate.set('cancellations', messageOf(error));
      }
      await untilLogAnswers(this.#log, TOPICS.cancelled, signal);
      this.#gate.set('cancellations', null);
    }
  }

  #cancel({ jobId, epoch }: { jobId: string; epoch: number }): void {
    for (const watch of this.#watches) if (watch.jobId === jobId && watch.epoch === epoch) watch.cancelled.abort();
  }
}
