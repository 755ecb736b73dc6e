import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ObjectStore } from '../object-store/object-store.ts';
import { decide, probeConditionalWrites, readDecision } from './decide.ts';

const schema = z.object({ eventId: z.string(), value: z.string() });
const event = (value: string) => ({ eventId: randomUUID(), value });

/** What deciding guarantees on every store. */
export function decideContract(name: string, open: () => Promise<{ a: ObjectStore; b: ObjectStore }>): void {
  describe(`decide: ${name}`, () => {
    let a: ObjectStore;
    let b: ObjectStore;
    beforeAll(async () => {
      ({ a, b } = await open());
    });
    afterAll(async () => {
      await a[Symbol.asyncDispose]();
      await b[Symbol.asyncDispose]();
    });

    test('one of many deciders wins, and all of them get its bytes', async () => {
      for (let round = 0; round < 10; round += 1) {
        const key = `decide/${round}.json`;
        const decided = await Promise.all(
          Array.from({ length: 10 }, (_, i) => decide(i % 2 ? a : b, key, event(`${i}`), schema)),
        );
        const winner = decided.filter((each) => each.mine);
        expect(winner).toHaveLength(1);
        for (const each of decided) {
          expect(each.event).toEqual(winner[0]?.event);
          expect(Buffer.from(each.bytes)).toEqual(Buffer.from(winner[0]?.bytes ?? []));
        }
      }
    });

    test('deciding again with the same event is still mine', async () => {
      const mine = event('mine');
      expect(await decide(a, 'again.json', mine, schema)).toMatchObject({ mine: true });
      expect(await decide(b, 'again.json', mine, schema)).toMatchObject({ mine: true, event: mine });
      expect(await readDecision(b, 'again.json', schema)).toMatchObject({ event: mine });
    });

    test('nothing decided is null', async () => {
      expect(await readDecision(a, 'nothing.json', schema)).toBeNull();
    });

    test('a create whose answer was lost is settled by reading', async () => {
      const cut: ObjectStore = {
        ...a,
        async create(key, body, options) {
          await a.create(key, body, options);
          throw new Error('connection cut');
        },
      };
      const first = event('first');
      expect(await decide(cut, 'cut.json', first, schema)).toMatchObject({ mine: true });
      expect(await decide(cut, 'cut.json', event('second'), schema)).toMatchObject({ mine: false, event: first });
    });

    test('a create that truly failed throws', async () => {
      const down: ObjectStore = { ...a, create: () => Promise.reject(new Error('down')) };
      await expect(decide(down, 'down.json', event('x'), schema)).rejects.toThrow('down');
    });

    test('the probe passes, and refuses a store that overwrites', async () => {
      await probeConditionalWrites(a);
      const blind: ObjectStore = {
        ...a,
        async create(key, body, options) {
          await a.put(key, body, options);
          return true;
        },
      };
      await expect(probeConditionalWrites(blind)).rejects.toThrow(/conditional writes/);
    });
  });
}
