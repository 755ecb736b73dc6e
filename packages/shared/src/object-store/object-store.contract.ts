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
        const bodies = Array.from({ length: 20 }, (_, i) => text(`creator ${i} of round ${round}`.repeat(50)));
        const won = await Promise.all(bodies.map((body, i) => (i % 2 ? a : b).create(key, body, type)));
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(Buffer.from((await a.get(key))?.body ?? [])).toEqual(Buffer.from(bodies[won.indexOf(true)] ?? []));
      }
    });

    test('lets one creator win of large bodies too, where a store answers before it has read them', async () => {
      for (let round = 0; round < 3; round += 1) {
        const bodies = Array.from({ length: 8 }, (_, i) => new Uint8Array(4_000_000).fill(i));
        const creators = bodies.map((body, i) => (i % 2 ? a : b).create(`create/large-${round}`, body, type));
        const won = await Promise.all(creators);
        expect(won.filter(Boolean)).toHaveLength(1);
        const { body } = (await a.get(`create/large-${round}`)) ?? {};
        expect([body?.length, body?.[0], body?.at(-1)]).toEqual([4_000_000, won.indexOf(true), won.indexOf(true)]);
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
      { range: { start: 9, end: Number.POSITIVE_INFINITY }, expected: '9' },
      { range: { start: 0, end: Number.MAX_SAFE_INTEGER }, expected: '0123456789' },
      { range: { start: 5, end: 2 }, expected: '' },
      { range: { start: 10, end: 10 }, expected: '' },
      { range: { start: 999_999, end: 9_999_999 }, expected: '' },
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
      for (const range of [
        { start: 0, end: 0 },
        { start: 0, end: 99 },
        { start: 5, end: 2 },
      ]) {
        const found = await b.get('empty', { range });
        expect([found?.body.length, found?.size]).toEqual([0, 0]);
      }
    });

    test('finds no part of what is not there', async () => {
      for (const range of [
        { start: 0, end: 0 },
        { start: 5, end: 2 },
      ]) {
        expect(await a.get('missing/part', { range })).toBeNull();
      }
    });

    test('says the same size, tag and time by all its verbs', async () => {
      const before = Date.now();
      await a.put('same/x', text('0123456789'), type);
      const head = await b.head('same/x');
      const { body: whole, ...ofWhole } = (await b.get('same/x')) ?? {};
      const { body: part, ...ofPart } = (await b.get('same/x', { range: { start: 1, end: 2 } })) ?? {};
      const [listed] = await Array.fromAsync(b.list('same/'));
      expect([whole?.length, part?.length]).toEqual([10, 2]);
      // S3 tells times to the second.
      expect(Math.abs((head?.lastModified ?? 0) - before)).toBeLessThan(5000);
      const toTheSecond = (each: object) => ({
        ...each,
        lastModified: Math.floor(('lastModified' in each ? Number(each.lastModified) : 0) / 1000),
      });
      expect(toTheSecond(ofWhole)).toEqual(toTheSecond(head ?? {}));
      expect(toTheSecond(ofPart)).toEqual(toTheSecond(head ?? {}));
      expect(toTheSecond(listed ?? {})).toEqual({ key: 'same/x', ...toTheSecond(head ?? {}) });
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
      ' both ends ',
      '&amp;<b>"%20+',
      '?x=1&y#z;~*!$,:@[]{}|^`',
      '👩‍👩‍👧‍👦/\u202eright/\u{10ffff}',
      'x'.repeat(80),
    ];
    test.each(odd)('keeps %j apart from every other key', async (key) => {
      for (const other of odd) await a.put(`odd/${other}`, text(other), type);
      const found = await b.get(`odd/${key}`);
      expect(found && new TextDecoder().decode(found.body)).toBe(key);
    });

    test('lists odd keys as they are, and links to each where it has links', async () => {
      for (const key of odd) await a.put(`odd/${key}`, text(key), type);
      const listed = await Array.fromAsync(b.list('odd/'));
      expect(listed.map(({ key }) => key).toSorted()).toEqual(odd.map((key) => `odd/${key}`).toSorted());
      for (const key of odd) {
        const link = await b.link(`odd/${key}`, { seconds: 60, downloadName: `所有 "${key}"\r\n.png` });
        if (link === null) continue;
        const response = await fetch(link.url);
        expect([response.status, await response.text()]).toEqual([200, key]);
        expect(response.headers.get('content-disposition')).toMatch(
          /^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''/,
        );
      }
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
      await expect(a.create('aborted', text('x'), { ...type, signal })).rejects.toThrow('stop');
      for (const call of [
        a.get('aborted', { signal }),
        a.head('aborted', { signal }),
        a.delete('aborted', { signal }),
      ]) {
        await expect(call).rejects.toThrow('stop');
      }
      expect(await a.get('aborted')).toBeNull();
    });

    test('a call that is aborted on its way ends with the reason, and leaves all of an object or none', async () => {
      const body = text('whole'.repeat(200_000));
      for (let round = 0; round < 10; round += 1) {
        const key = `on-its-way/${round}`;
        const stopping = new AbortController();
        const writing = (round % 2 ? a.put : a.create)(key, body, { ...type, signal: stopping.signal });
        setTimeout(() => stopping.abort(new Error('stop')), round);
        await writing.catch((error: unknown) => expect(error).toEqual(new Error('stop')));
        expect([undefined, body.length]).toContain((await b.get(key))?.body.length);
      }
      await a.put('on-its-way/after', text('x'), type);
      expect((await b.get('on-its-way/after'))?.size).toBe(1);
    });
  });
}
