import type { PullSlot } from './pull-slot.ts';

/** Each is a socket here and at the broker. */
const PARKED_MAX = 100;

/** Links whose messages rest before they are given back. Beyond the bound the oldest goes back early: the delay is a courtesy. */
export function createParkedSlots() {
  const parked = new Map<PullSlot, NodeJS.Timeout>();
  const release = async (slot: PullSlot): Promise<void> => {
    clearTimeout(parked.get(slot));
    parked.delete(slot);
    await slot.close();
  };
  return {
    park(slot: PullSlot, forMs: number): void {
      const timer = setTimeout(() => void release(slot), forMs);
      parked.set(slot, timer);
      const [oldest] = parked.keys();
      if (parked.size > PARKED_MAX && oldest) void release(oldest);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...parked.keys()].map(release));
    },
  };
}
