import { describe, expect, it } from 'vitest';
import { DEFAULT_SAMPLER, findSampler, SAMPLERS } from './samplers.ts';
import { findSchedule, SCHEDULE_IDS, SCHEDULES } from './schedules.ts';

describe('samplers', () => {
  it.each([
    [['euler', 'Euler', 'EULER', ' k_euler ', 'K Euler', 'k-euler'], 'euler', null],
    [['k_euler_a', 'Euler a', 'EULER A', 'euler_ancestral'], 'euler_ancestral', null],
    [['DPM++ 2M', 'dpmpp_2m', 'k_dpmpp_2m', 'dpm++_2m'], 'dpmpp_2m', null],
    [['DPM++ 2M Karras', 'k_dpmpp_2m_ka', 'dpmpp_2m karras'], 'dpmpp_2m', 'karras'],
    [['DPM++ 2M SDE Exponential'], 'dpmpp_2m_sde', 'exponential'],
    [['DPM++ 3M SDE SGM Uniform'], 'dpmpp_3m_sde', 'sgm_uniform'],
    [['DPM2 a Karras', 'k_dpm_2_a_ka'], 'dpm2_ancestral', 'karras'],
    [['uni_pc_bh2', 'UniPC'], 'unipc', null],
  ] as const)('%j are all %s with the schedule %s', (names, id, schedule) => {
    for (const name of names) expect(findSampler(name), name).toMatchObject({ id, schedule });
  });

  it.each(['', 'eulerr', 'euler xyz', 'karras', 'constructor', '__proto__', 'euler karras karras'])(
    'finds none under the name %j',
    (name) => {
      expect(findSampler(name)).toBeUndefined();
    },
  );

  it('gives no name to two samplers', () => {
    for (const { id, title, aliases } of SAMPLERS) {
      for (const name of [id, title, ...aliases]) expect(findSampler(name), name).toMatchObject({ id, schedule: null });
    }
    expect(findSampler(DEFAULT_SAMPLER)).toBeDefined();
  });
});

describe('schedules', () => {
  it('are each found by every name, and listed once', () => {
    for (const { id, title, aliases } of SCHEDULES) {
      for (const name of [id, title, title.toUpperCase(), ...aliases]) expect(findSchedule(name)?.id).toBe(id);
    }
    expect(SCHEDULES.map(({ id }) => id).sort()).toEqual([...SCHEDULE_IDS].sort());
    expect(findSchedule('xyz')).toBeUndefined();
  });
});
