import type { GenerateMessage } from '../../protocol/generate.ts';
import type { PreviewMap } from '../models/darkroom-file.ts';
import { latentPreview } from '../pipeline/latent-preview.ts';
import type { LatentSize } from '../pipeline/ports.ts';
import { encodePng } from '../png/encode-png.ts';

export type PreviewMessage = NonNullable<Extract<GenerateMessage, { type: 'progress' }>['preview']>;

/** Often enough for the eye, seldom enough to cost nothing. */
const EVERY_MS = 150;

/** Small previews of a rendering, at most one in a while. */
export class PreviewEncoder {
  readonly #map: PreviewMap;
  readonly #size: LatentSize;
  readonly #now: () => number;
  #last: number;

  constructor(map: PreviewMap, size: LatentSize, now: () => number) {
    this.#map = map;
    this.#size = size;
    this.#now = now;
    this.#last = now();
  }

  /** Undefined when the last one is too recent. `denoised` holds the latents of the batch; its first is shown. */
  encode(denoised: Float32Array): PreviewMessage | undefined {
    if (this.#now() - this.#last < EVERY_MS) return undefined;
    this.#last = this.#now();
    const preview = latentPreview(denoised, this.#size, this.#map);
    const base64 = encodePng(preview).toString('base64');
    return { mime: 'image/png', width: preview.width, height: preview.height, base64 };
  }
}
