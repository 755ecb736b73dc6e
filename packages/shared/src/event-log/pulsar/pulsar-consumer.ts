import type { Abortable } from '../../lifecycle/abortable.ts';
import { waitFor } from '../../lifecycle/wait-for.ts';
import { chooseByWeight } from '../choose-by-weight.ts';
import type { Consumer, ConsumerSource, Delivery } from '../event-log.ts';
import { createParkedSlots } from './parked-slots.ts';
import type { PullSlot } from './pull-slot.ts';
import { closedLog } from './pulsar-errors.ts';
import { createSlotPool, type PoolEnvironment, type SlotPool } from './slot-pool.ts';
import type { TopicName } from './topic-name.ts';
import type { PulsarMessage } from './transport.ts';

type Source = ConsumerSource & { credit: number; pool: SlotPool };
type Arrival = { member: Source; slot: PullSlot; message: PulsarMessage };

/** PROTOCOL "Pulling": weights decide among what arrives within this time. */
const WINDOW_MS = 20;
/** A permit that could not be sent by then is not waited for any longer. */
const ASKED_WITHIN_MS = 100;

/**
 * Pulls from several topics through one permit each, and holds no permit while nobody pulls: what is not asked for stays with the broker.
 *
 * A message is handed back by closing its link, which delivers it again at once and uncounted. One that must rest first is kept
 * on its link until then, so a process that dies meanwhile gives it back early, which does no harm. (The broker's negative
 * acknowledgement has one delay for a link's whole life, at least 100 ms, and counts; publishing a copy could be left half done.)
 */
export function createPulsarConsumer(
  environment: PoolEnvironment,
  subscription: string,
  requested: readonly (ConsumerSource & { name: TopicName })[],
): Consumer {
  const sources = requested.map(
    ({ name, ...source }): Source => ({ ...source, credit: 0, pool: createSlotPool(environment, name, subscription) }),
  );
  const closing = new AbortController();
  const holding = new Set<PullSlot>();
  const parked = createParkedSlots();
  const pulls = new Set<Promise<unknown>>();
  for (const { pool } of sources) pool.warm();

  const deliveryOf = ({ member, slot, message }: Arrival): Delivery => {
    const { id, ...rest } = message;
    holding.add(slot);
    return {
      topic: member.topic,
      ...rest,
      async acknowledge() {
        if (!slot.isOpen || !holding.has(slot)) return await member.pool.acknowledge(id);
        await slot.acknowledge(id);
        holding.delete(slot);
        member.pool.putBack(slot);
      },
      async handBack(afterMs) {
        if (!holding.delete(slot)) return;
        if (afterMs > 0 && slot.isOpen) parked.park(slot, afterMs);
        else await slot.close();
      },
    };
  };

  const pull = async ({ signal }: Abortable): Promise<Delivery> => {
    const either = AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]);
    either.throwIfAborted();
    const arrivals = await gatherArrivals(sources, either);
    const chosen = either.aborted ? null : chooseByWeight(arrivals);
    for (const { slot } of arrivals) if (slot !== chosen?.slot) void slot.close();
    either.throwIfAborted();
    if (chosen === null) throw closedLog();
    for (const { pool } of sources) pool.warm();
    return deliveryOf(chosen);
  };

  return {
    async pull(options = {}) {
      const pulling = pull(options);
      pulls.add(pulling);
      return await pulling.finally(() => pulls.delete(pulling));
    },
    async [Symbol.asyncDispose]() {
      closing.abort(closedLog());
      await Promise.allSettled(pulls);
      const held = [...holding];
      holding.clear();
      await Promise.all([
        ...held.map((slot) => slot.close()),
        parked[Symbol.asyncDispose](),
        ...sources.map(({ pool }) => pool[Symbol.asyncDispose]()),
      ]);
    },
  };
}

/** One permit a source; resolves with the first message and what else comes within the window. Nothing waits on when it settles. */
async function gatherArrivals(sources: readonly Source[], signal: AbortSignal): Promise<Arrival[]> {
  const stop = new AbortController();
  const either = AbortSignal.any([stop.signal, signal]);
  const first = Promise.withResolvers<void>();
  const arrivals: Arrival[] = [];
  const asked = new Set<Source>();
  const allAsked = Promise.withResolvers<void>();
  const waits = sources.map(async (member) => {
    const onAsked = () => {
      if (asked.add(member).size === sources.length) allAsked.resolve();
    };
    try {
      arrivals.push({ member, ...(await member.pool.awaitMessage({ signal: either, onAsked })) });
      first.resolve();
    } catch (error) {
      first.reject(error);
    }
  });
  const all = Promise.all(waits);
  try {
    await first.promise;
    // Counts from when each topic had its chance: links that had to be opened first would come too late otherwise.
    await waitFor(allAsked.promise, { withinMs: ASKED_WITHIN_MS });
    await waitFor(all, { withinMs: WINDOW_MS });
  } catch (error) {
    stop.abort();
    await all;
    for (const { slot } of arrivals) void slot.close();
    throw error;
  }
  stop.abort();
  await all;
  return arrivals;
}
