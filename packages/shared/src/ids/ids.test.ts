import { expect, test } from 'vitest';
import { canonicalUuid, createIds, idOf, timeOfId } from './ids.ts';

test('ids rise although the clock stands still or jumps back', () => {
  let now = 1_700_000_000_000;
  const ids = createIds({ now: () => now });
  const made: string[] = [];
  for (let i = 0; i < 2000; i += 1) {
    if (i === 1000) now -= 5000;
    made.push(ids.next());
  }
  expect([...made].sort()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
});

test('an id after one from a clock that is ahead is greater than it', () => {
  const ahead = createIds({ now: () => 2_000_000 }).next();
  const id = createIds({ now: () => 1_000_000 }).after(ahead);
  expect(id > ahead).toBe(true);
  expect(timeOfId(id)).toBe(2_000_001);
});

test('any spelling of a UUID has one canonical form', () => {
  const id = '0190b3a4-7c1e-7b6a-9d3e-1f2a3b4c5d6e';
  for (const spelling of [id, id.toUpperCase(), `{${id}}`, `urn:uuid:${id}`, id.replaceAll('-', ''), ` ${id} `]) {
    expect(canonicalUuid(spelling)).toBe(id);
  }
  for (const other of ['', 'x', `${id}0`, id.slice(1), '../etc/passwd']) expect(canonicalUuid(other)).toBeNull();
});

test('the id of what has a time and a name is always the same, and another one’s is another', () => {
  const id = idOf(1_700_000_000_000, 'malformed', 'topic', '7');
  expect(idOf(1_700_000_000_000, 'malformed', 'topic', '7')).toBe(id);
  expect(idOf(1_700_000_000_000, 'malformed', 'topic', '8')).not.toBe(id);
  expect([canonicalUuid(id), id[14], timeOfId(id)]).toEqual([id, '7', 1_700_000_000_000]);
});
