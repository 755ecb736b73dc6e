import type { ErrorCode } from '@darkroom/shared/errors/error-codes';
import type { Abortable } from '@darkroom/shared/lifecycle/abortable';
import type { GenerateMessage, GenerateRequest, ModelsAnswer } from '../protocol/generate.ts';

export type ProgressMessage = Extract<GenerateMessage, { type: 'progress' }>;
export type ImageMessage = Extract<GenerateMessage, { type: 'image' }>;
export type DoneMessage = Extract<GenerateMessage, { type: 'done' }>;

export type GenerateListener = { progress(message: ProgressMessage): void; image(message: ImageMessage): void };

/**
 * How a call ended. `answered` and `failed` are answers of the engine; `cut` is none: the engine may have died of this very job;
 * `unreachable` means that the engine was gone before the call began.
 */
export type GenerateResult =
  | { kind: 'answered'; done: DoneMessage }
  | { kind: 'failed'; code: ErrorCode; message: string }
  | { kind: 'cut'; message: string }
  | { kind: 'unreachable'; message: string };

/** Port: the engine as the sidecar sees it. Aborting `generate` rejects with the signal's reason. */
export interface Generator {
  generate(request: GenerateRequest, listener: GenerateListener, options?: Abortable): Promise<GenerateResult>;
  /** Null while the engine can render, else why not. */
  trouble(options?: Abortable): Promise<string | null>;
  models(options?: Abortable): Promise<ModelsAnswer>;
}
