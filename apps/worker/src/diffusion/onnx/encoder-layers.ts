import type { OnnxGraph } from './onnxruntime.ts';

/**
 * The graphs of a text encoder: the one that ends at its last layer, and beside it the last one that was asked for of those that end
 * earlier (`clip_skip`), opened when it is wanted. `runMs` counts those that are gone, too.
 */
export class EncoderLayers {
  readonly #last: OnnxGraph;
  readonly #open: (clipSkip: number) => Promise<OnnxGraph>;
  #earlier: { clipSkip: number; graph: OnnxGraph } | null = null;
  #runMsBefore = 0;

  constructor(last: OnnxGraph, open: (clipSkip: number) => Promise<OnnxGraph>) {
    this.#last = last;
    this.#open = open;
  }

  get runMs(): number {
    return this.#last.runMs + (this.#earlier?.graph.runMs ?? 0) + this.#runMsBefore;
  }

  async graphOf(clipSkip: number): Promise<OnnxGraph> {
    if (clipSkip === 1) return this.#last;
    if (this.#earlier?.clipSkip === clipSkip) return this.#earlier.graph;
    await this.#releaseEarlier();
    const graph = await this.#open(clipSkip);
    this.#earlier = { clipSkip, graph };
    return graph;
  }

  async release(): Promise<void> {
    await this.#releaseEarlier();
    await this.#last.release();
  }

  async #releaseEarlier(): Promise<void> {
    const earlier = this.#earlier?.graph;
    this.#earlier = null;
    this.#runMsBefore += earlier?.runMs ?? 0;
    await earlier?.release();
  }
}
