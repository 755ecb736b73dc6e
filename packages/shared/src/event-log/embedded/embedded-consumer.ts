import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { WakeUp } from '../../sqlite/wake-up.ts';
import type { Clock } from '../../time/clock.ts';
import type { Consumer, ConsumerSource, Delivery } from '../event-log.ts';
import type { GroupCommit } from './group-commit.ts';
import { messageOfRow } from './message-rows.ts';
import { claimMessage, nextLookAt, type Source, subscriptionIdOf } from './subscription-queries.ts';

type Environment = {
  reader: DatabaseSync;
  commits: GroupCommit;
  wakeUp: WakeUp;
  clock: Clock;
  leaseTimeoutMs: number;
};

/**
 * A member of a Shared subscription. What it holds is its own while its lease lasts; the lease is renewed by a timer,
 * so the messages of a process that died or froze are free for others after `leaseTimeoutMs`.
 */
export async function openEmbeddedConsumer(
  environment: Environment,
  subscription: string,
  requested: readonly ConsumerSource[],
): Promise<Consumer> {
  const { reader, commits, wakeUp, clock, leaseTimeoutMs } = environment;
  const id = randomUUID();
  const sources: Source[] = requested.map(({ topic, weight }) => ({
    topic,
    weight,
    credit: 0,
    subscriptionId: subscriptionIdOf(reader, topic, subscription),
  }));
  const closing = new AbortController();

  const renewLease = (database: DatabaseSync) => {
    const now = clock.now();
    database.prepare('DELETE FROM consumers WHERE alive_until < ?').run(now - leaseTimeoutMs);
    database.prepare('INSERT OR REPLACE INTO consumers VALUES (?, ?)').run(id, now + leaseTimeoutMs);
  };
  await commits.run(renewLease);
  // A renewal that fails (a full disk) is tried again by the next; until then the lease may lapse, which is safe.
  const renewal = setInterval(() => commits.run(renewLease).catch(() => undefined), leaseTimeoutMs / 4);

  const deliveryOf = (source: Source, messageId: number, row: unknown): Delivery => ({
    ...messageOfRow(source.topic, row),
    async acknowledge() {
      await commits.run((database) => {
        database
          .prepare('DELETE FROM backlog WHERE subscription_id = ? AND message_id = ?')
          .run(source.subscriptionId, messageId);
      });
    },
    async handBack(afterMs) {
      await commits.run((database) => {
        database
          .prepare(
            `UPDATE backlog SET holder = NULL, visible_at = ?
             WHERE subscription_id = ? AND message_id = ? AND holder = ?`,
          )
          .run(clock.now() + afterMs, source.subscriptionId, messageId, id);
      });
    },
  });

  return {
    async pull({ signal } = {}) {
      const either = AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]);
      for (;;) {
        either.throwIfAborted();
        const version = wakeUp.version();
        const now = clock.now();
        // Looks without the write lock first: an idle consumer must not take turns at it.
        const lookAt = nextLookAt(reader, sources, now);
        if (lookAt <= now) {
          const claimed = await commits.run((database) => claimMessage(database, sources, id, clock.now()));
          if (claimed !== null) {
            const delivery = deliveryOf(claimed.source, claimed.messageId, claimed.row);
            if (!either.aborted) return delivery;
            await delivery.handBack(0);
          }
        } else await wakeUp.changed(version, Math.min(lookAt - now, leaseTimeoutMs / 4), { signal: either });
      }
    },
    async [Symbol.asyncDispose]() {
      if (closing.signal.aborted) return;
      closing.abort(new DarkroomError('LOG_UNAVAILABLE', 'The consumer is closed'));
      clearInterval(renewal);
      await commits.run((database) => {
        database.prepare('DELETE FROM consumers WHERE id = ?').run(id);
      });
    },
  };
}
