/** What front and inference process say to each other, by Node's IPC with structured clones. */
import type { EngineIdentity, EngineMessage, RenderJob } from '../engine/engine.ts';

export type ToEngine = { type: 'render'; id: number; job: RenderJob } | { type: 'abort'; id: number };

export type FromEngine =
  | { type: 'ready'; identity: EngineIdentity }
  | { type: 'message'; id: number; message: EngineMessage }
  /** The rendering is over, whether or not it had a last line. */
  | { type: 'ended'; id: number };
