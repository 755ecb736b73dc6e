import { euler } from './euler.ts';
import type { Sampler } from './sampler.ts';

/** The samplers that this engine runs, by canonical id; one file each. */
export const ENGINE_SAMPLERS: ReadonlyMap<string, Sampler> = new Map([euler].map((sampler) => [sampler.id, sampler]));
