import { messageOf } from '@darkroom/shared/errors/darkroom-error';
import type { EventLog, LogMessage, Position } from '@darkroom/shared/event-log/event-log';
import { readEvent } from '@darkroom/shared/schemas/read-event';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import type { InfrastructureGate } from './infrastructure-gate.ts';
import { untilLogAnswers } from './log-answers.ts';

/** Follows pause and resume; the newest by eventId counts. */
export class QueueControl {
  readonly #log: EventLog;
  readonly #gate: InfrastructureGate;
  #after: Position | null = null;
  #newestEventId = '';
  #running = Promise.withResolvers<void>();
  #paused = new AbortController();

  constructor(log: EventLog, gate: InfrastructureGate) {
    this.#log = log;
    this.#gate = gate;
    this.#running.resolve();
  }

  get paused(): boolean {
    return this.#paused.signal.aborted;
  }

  /** Resolves while jobs may be asked for. */
  get running(): Promise<void> {
    return this.#running.promise;
  }

  /** Aborts when the queue is paused. */
  get pausing(): AbortSignal {
    return this.#paused.signal;
  }

  /** Reads all that was said so far; to be done before the first job is asked for. */
  async open(signal: AbortSignal): Promise<void> {
    for await (const messages of this.#log.read(TOPICS.queueControl, { after: null, follow: false, signal })) {
      this.#take(messages);
    }
  }

  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const messages of this.#log.read(TOPICS.queueControl, { after: this.#after, signal })) {
          this.#take(messages);
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#gate.set('queue control', messageOf(error));
      }
      await untilLogAnswers(this.#log, TOPICS.queueControl, signal);
      this.#gate.set('queue control', null);
    }
  }

  #take(messages: readonly LogMessage[]): void {
    for (const { payload, position } of messages) {
      this.#after = position;
      const read = readEvent(payload);
      if (read.kind !== 'event' || read.event.type !== 'queue_controlled') continue;
      if (read.event.eventId <= this.#newestEventId) continue;
      this.#newestEventId = read.event.eventId;
      if (read.event.state === 'paused') this.#pause();
      else this.#resume();
    }
  }

  #pause(): void {
    if (this.paused) return;
    this.#running = Promise.withResolvers();
    this.#paused.abort(new Error('the queue is paused'));
  }

  #resume(): void {
    if (!this.paused) return;
    this.#paused = new AbortController();
    this.#running.resolve();
  }
}
