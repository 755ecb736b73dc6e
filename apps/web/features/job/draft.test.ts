import { expect, test } from 'vitest';
import { draftOf, EMPTY_DRAFT, loadDraft, saveDraft } from './draft.ts';
import { jobLike } from './job-like.ts';

test('a draft survives the storage, and anything else in there is an empty form', () => {
  let stored: string | null = null;
  const value = { ...draftOf(jobLike()), steps: '2e' };
  saveDraft({ setItem: (_key, text) => (stored = text) }, value);
  expect(loadDraft({ getItem: () => stored })).toEqual(value);
  for (const broken of [null, 'x', '[]', 'null', '{"prompt":7}'])
    expect(loadDraft({ getItem: () => broken })).toEqual(EMPTY_DRAFT);
  expect(() =>
    saveDraft(
      {
        setItem: () => {
          throw new Error('full');
        },
      },
      value,
    ),
  ).not.toThrow();
});

test('re-used settings carry the true seed, locked', () => {
  const job = jobLike();
  const { resolved_settings: settings } = job;
  expect(draftOf({ ...job, resolved_settings: { ...settings, clip_skip: 2 } }).clip_skip).toBe('2');
  expect(draftOf(job).clip_skip).toBe('');
  expect(draftOf(jobLike({ metadata: { grouping: 'g' } }))).toMatchObject({
    seed: '7',
    seed_locked: true,
    prompt: 'a dog',
    grouping: 'g',
  });
});
