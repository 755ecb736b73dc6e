import { ddim } from './ddim.ts';
import { deis } from './deis.ts';
import { dpm2, dpm2Ancestral } from './dpm2.ts';
import { dpmpp2m } from './dpmpp-2m.ts';
import { dpmpp2mSde } from './dpmpp-2m-sde.ts';
import { dpmpp2sAncestral } from './dpmpp-2s-ancestral.ts';
import { dpmpp3mSde } from './dpmpp-3m-sde.ts';
import { dpmppSde } from './dpmpp-sde.ts';
import { euler } from './euler.ts';
import { ddpm, eulerAncestral } from './euler-ancestral.ts';
import { heun } from './heun.ts';
import { lcm } from './lcm.ts';
import { lms } from './lms.ts';
import type { Sampler } from './sampler.ts';
import { unipc } from './unipc.ts';

const ALL: readonly Sampler[] = [
  ...[euler, eulerAncestral, heun, dpm2, dpm2Ancestral, lms, ddim, ddpm, dpmpp2m, dpmpp2sAncestral, dpmppSde],
  ...[dpmpp2mSde, dpmpp3mSde, unipc, lcm, deis],
];

/** The samplers that this engine runs, by canonical id. */
export const ENGINE_SAMPLERS: ReadonlyMap<string, Sampler> = new Map(ALL.map((sampler) => [sampler.id, sampler]));
