import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ObjectStore } from './object-store.ts';

const text = (value: string) => new TextEncoder().encode(value);
const type = { contentType: 'text/plain' };

/** What every object store does. `open` gives two views of one empty store, as two processes would have. */
export function objectStoreContract(name: string, open: () => Promise<{ a: ObjectStore; b: ObjectStore }>): void {
  describe(`object store: ${name}`, () => {
    let a: ObjectStore;
    let b: ObjectStore;
    beforeAll(async () => {
      ({ a, b } = await open());
    });
    afterAll(async () => {
      await a[Symbol.asyncDispose]();
      await b[Symbol.asyncDispose]();
    });

    test('reads back what another view put, and the newest of two puts', async () => {
      await a.put('put/one.txt', text('first'), type);
      await a.put('put/one.txt', text('second'), type);
      const found = await b.get('put/one.txt');
      expect(found && new TextDecoder().decode(found.body)).toBe('second');
      expect(found?.size).toBe(6);
    });

    test('finds nothing where nothing is', async () => {
      expect(await a.get('missing/x')).toBeNull();
      expect(await a.head('missing')).toBeNull();
      await a.put('missing-folder/x', text('x'), type);
      expect(await a.get('missing-folder')).toBeNull();
      expect(await a.get('missing-folder/x/y')).toBeNull();
      await a.delete('missing/x');
    });

    test('lets exactly one of many parallel creators win, and keeps its bytes', async () => {
      for (let round = 0; round < 20; round += 1) {
        const key = `create/${round}.json`;
        const bodies = Array.from({ length: 12 }, (_, i) => text(`creator ${i} of round ${round}`.repeat(50)));
        const won = await Promise.all(bodies.map((body, i) => (i % 2 ? a : b).create(key, body, type)));
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(Buffer.from((await a.get(key))?.body ?? [])).toEqual(Buffer.from(bodies[won.indexOf(true)] ?? []));
      }
    });

    test('creates again after a delete', async () => {
      expect(await a.create('again', text('1'), type)).toBe(true);
      expect(await b.create('again', text('2'), type)).toBe(false);
      await b.delete('again');
      expect(await a.create('again', text('3'), type)).toBe(true);
    });

    test.each([
      { range: { start: 0, end: 0 }, expected: '0' },
      { range: { start: 2, end: 4 }, expected: '234' },
      { range: { start: 7, end: 99 }, expected: '789' },
    ])('reads bytes $range.start to $range.end', async ({ range, expected }) => {
      await a.put('range', text('0123456789'), type);
      const found = await b.get('range', { range });
      expect(found && new TextDecoder().decode(found.body)).toBe(expected);
      expect(found?.size).toBe(10);
    });

    test('keeps an empty object', async () => {
      await a.put('empty', new Uint8Array(), type);
      expect((await b.get('empty'))?.body.length).toBe(0);
      expect((await b.head('empty'))?.size).toBe(0);
    });

    const odd = [
      "a b+c=d/é😀(1)'",
      'e\u0301/nfd',
      '\u00e9/nfd',
      'Case',
      'case',
      'con/aux',
      '100%/%2e%2e',
      '..a/b..',
      'x'.repeat(80),
    ];
    test.each(odd)('keeps %j apart from every other key', async (key) => {
      for (const other of odd) await a.put(`odd/${other}`, text(other), type);
      const found = await b.get(`odd/${key}`);
      expect(found && new TextDecoder().decode(found.body)).toBe(key);
    });

    test.each(['', '/', '../x', 'a/../b', 'a//b', './a', 'a/', 'a\\..\\b', 'a\0b', 'a\nb', '\ud800', 'x'.repeat(81)])(
      'refuses the key %j',
      async (key) => {
        expect(await a.get(key)).toBeNull();
        expect(await a.head(key)).toBeNull();
        await expect(a.put(key, text('x'), type)).rejects.toMatchObject({ code: 'INTERNAL' });
        await expect(a.create(key, text('x'), type)).rejects.toMatchObject({ code: 'INTERNAL' });
      },
    );

    test('lists keys by prefix, in the order of their bytes', async () => {
      const keys = ['list/a/1', 'list/a-b', 'list/a/10', 'list/a/2', 'list/b', 'list/é', 'listing'];
      for (const key of keys) await a.put(key, text(key), type);
      const listed = async (prefix: string) => (await Array.fromAsync(b.list(prefix))).map((entry) => entry.key);
      expect(await listed('list/')).toEqual(['list/a-b', 'list/a/1', 'list/a/10', 'list/a/2', 'list/b', 'list/é']);
      expect(await listed('list/a/1')).toEqual(['list/a/1', 'list/a/10']);
      expect(await listed('list/none')).toEqual([]);
    });

    test('never shows a part of an object that is being replaced', async () => {
      const bodies = [text('a'.repeat(300_000)), text('b'.repeat(300_000))];
      await a.put('whole', bodies[0] ?? new Uint8Array(), type);
      const writing = (async () => {
        for (let i = 0; i < 20; i += 1) await a.put('whole', bodies[i % 2] ?? new Uint8Array(), type);
      })();
      for (let i = 0; i < 40; i += 1) {
        const body = (await b.get('whole'))?.body ?? new Uint8Array();
        expect(body.length).toBe(300_000);
        expect(body.every((byte) => byte === body[0])).toBe(true);
      }
      await writing;
    });

    test('refuses to begin when the signal is aborted', async () => {
      const signal = AbortSignal.abort(new Error('stop'));
      await expect(a.put('aborted', text('x'), { ...type, signal })).rejects.toThrow('stop');
      expect(await a.get('aborted')).toBeNull();
    });
  });
}
