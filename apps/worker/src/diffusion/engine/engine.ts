import type { Abortable } from '@darkroom/shared/lifecycle/abortable';
import type { GenerateMessage, GenerateRequest } from '../../protocol/generate.ts';
import type { ModelDescription } from '../models/model-description.ts';

export type EngineIdentity = { name: string; version: string };

export type RenderJob = { request: GenerateRequest; model: ModelDescription };

type Image = Extract<GenerateMessage, { type: 'image' }>;

/** A line of the protocol's stream, pictures still as bytes. */
export type EngineMessage = Exclude<GenerateMessage, Image> | (Omit<Image, 'png'> & { png: Uint8Array });

/**
 * What draws, seen from the inference process that it lives in. One rendering at a time.
 *
 * `render` emits the messages of one stream. It ends it with `done`; a failure is thrown as a `DarkroomError`.
 * It looks at `signal` between steps and rejects with its reason. A rendering that resolves without `done` is cut.
 */
export type Engine = {
  identity: EngineIdentity;
  render(job: RenderJob, emit: (message: EngineMessage) => void, options?: Abortable): Promise<void>;
};
