import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldJob } from './fold-job.ts';
import { type EpochPlan, epochPlan, historyOf, shuffledWithRepeats } from './job-history.test-data.ts';

const epoch = (more: Partial<EpochPlan> = {}): EpochPlan => ({
  failures: 0,
  end: 'none',
  kept: 0,
  twice: false,
  ...more,
});

describe('the fold', () => {
  test('gives the same record for any order of a job’s events and any repeats', () => {
    const histories = fc.array(epochPlan, { minLength: 1, maxLength: 3 }).map(historyOf);
    fc.assert(
      fc.property(
        histories.chain((events) => fc.tuple(fc.constant(events), shuffledWithRepeats(events))),
        ([events, mixed]) => {
          expect(foldJob(mixed)).toEqual(foldJob(events));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('gives the same record for any subset, whichever way its events came', () => {
    const subsets = fc
      .array(epochPlan, { minLength: 1, maxLength: 2 })
      .chain((plans) => fc.subarray(historyOf(plans), { minLength: 1 }))
      .chain((events) => fc.tuple(fc.constant(events), shuffledWithRepeats(events)));
    fc.assert(
      fc.property(subsets, ([events, mixed]) => {
        expect(foldJob(mixed)).toEqual(foldJob(events));
      }),
      { numRuns: 1000 },
    );
  });

  test('of several requests of one epoch the one with the smallest eventId counts', () => {
    const events = historyOf([epoch({ twice: true })]);
    expect(foldJob(events.toReversed())?.generationSettings.prompt).toBe('prompt 0');
  });

  test('knows nothing before it knows the request', () => {
    const [, ...later] = historyOf([epoch()]);
    expect(foldJob(later)).toBeNull();
    expect(foldJob([])).toBeNull();
  });

  test.each([
    [epoch(), { status: 'rendering', attempt: 1, endTime: null }],
    [epoch({ failures: 1 }), { status: 'retrying', attempt: 2, retryTime: '2026-01-01T00:00:00.000Z' }],
    [epoch({ failures: 2, end: 'completed' }), { status: 'completed', attempt: 3, error: null, retryTime: null }],
    [epoch({ failures: 4, end: 'dead_lettered' }), { status: 'failed', attempt: 4, error: { message: 'broke 4' } }],
    [epoch({ end: 'cancelled', kept: 2 }), { status: 'cancelled', pictures: [{ index: 0 }, { index: 1 }] }],
  ])('of %j it says %j', (plan, expected) => {
    expect(foldJob(historyOf([plan]))).toMatchObject(expected);
  });

  test('shows the highest epoch, with the request’s first time', () => {
    const record = foldJob(historyOf([epoch({ failures: 4, end: 'dead_lettered' }), epoch({ end: 'completed' })]));
    expect(record).toMatchObject({ epoch: 1, status: 'completed', error: null, attempts: [{ attempt: 1 }] });
    expect(record?.generationSettings.prompt).toBe('prompt 1');
  });

  test('any event of the next epoch marks the last one as replayed, even without the request', () => {
    const [first, second] = [epoch({ end: 'cancelled' }), epoch()];
    const events = historyOf([first, second]).filter((event) => !(event.type === 'requested' && event.epoch === 1));
    expect(foldJob(events)).toMatchObject({ epoch: 1, status: 'rendering' });
    expect(foldJob(events)?.generationSettings.prompt).toBe('prompt 0');
  });
});
