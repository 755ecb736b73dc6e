import { type PromptChunk, promptChunks } from '../prompt/prompt-chunks.ts';
import { weighStates } from '../prompt/weigh-states.ts';
import type { PipelineModel } from './ports.ts';

export type PromptWarning = { field: 'prompt' | 'negative_prompt'; tokensCut: number; tokensMax: number };

export type Conditioning = {
  /** Hidden states of the empty or negative prompt, `null` where guidance is off; as long as the positive ones. */
  negative: Float32Array | null;
  positive: Float32Array;
  warnings: PromptWarning[];
};

type ConditionedModel = Pick<PipelineModel, 'tokenizer' | 'textEncoder'> & {
  denoiser: Pick<PipelineModel['denoiser'], 'statesMax'>;
};

/**
 * Prompts to hidden states, in one call of the text encoder. Prompts longer than the encoder reads go through it in chunks, whose
 * states follow one another; the shorter of the two is filled up with empty chunks. Only a model whose graph takes a fixed number of
 * states has its prompts cut, with a warning.
 */
export async function encodePrompts(
  model: ConditionedModel,
  prompts: { prompt: string; negativePrompt: string; guided: boolean; clipSkip: number },
): Promise<Conditioning> {
  const { tokenizer, denoiser } = model;
  const rowTokens = tokenizer.chunkLength + 2;
  const chunksMax =
    denoiser.statesMax === null ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(denoiser.statesMax / rowTokens));
  const warnings: PromptWarning[] = [];
  const chunksOf = (field: PromptWarning['field'], prompt: string): PromptChunk[] => {
    const chunks = promptChunks(tokenizer, prompt);
    const tokensCut = chunks.slice(chunksMax).reduce((sum, { ids }) => sum + ids.length, 0);
    if (tokensCut > 0) warnings.push({ field, tokensCut, tokensMax: chunksMax * tokenizer.chunkLength });
    return chunks.slice(0, chunksMax);
  };
  const positive = chunksOf('prompt', prompts.prompt);
  const negative = prompts.guided ? chunksOf('negative_prompt', prompts.negativePrompt) : [];
  const count = Math.max(positive.length, negative.length);
  const filled = (chunks: PromptChunk[]) => [...chunks, ...Array(count - chunks.length).fill({ ids: [], weights: [] })];
  const rows = [...(prompts.guided ? filled(negative) : []), ...filled(positive)];
  const states = await encodeChunks(model, rows, prompts.clipSkip);
  const half = (states.length / rows.length) * count;
  return {
    negative: prompts.guided ? states.subarray(0, half) : null,
    positive: states.subarray(states.length - half),
    warnings,
  };
}

async function encodeChunks(
  { tokenizer, textEncoder }: ConditionedModel,
  chunks: readonly PromptChunk[],
  clipSkip: number,
): Promise<Float32Array> {
  const rows = chunks.map(({ ids }) => tokenizer.row(ids));
  const states = await textEncoder.encode(rows, clipSkip);
  const rowLength = states.length / chunks.length;
  for (const [i, { weights }] of chunks.entries()) {
    const padding = Array<number>(tokenizer.chunkLength + 1 - weights.length).fill(1);
    weighStates(states.subarray(i * rowLength, (i + 1) * rowLength), [1, ...weights, ...padding]);
  }
  return states;
}

/** The conditioning of a whole batch: first all negative rows, then all positive ones. */
export function batchStates({ negative, positive }: Conditioning, batchSize: number): Float32Array {
  const rows = [negative, positive].filter((row) => row !== null);
  const rowLength = positive.length;
  const states = new Float32Array(rows.length * batchSize * rowLength);
  for (const [half, row] of rows.entries()) {
    for (let place = 0; place < batchSize; place++) states.set(row, (half * batchSize + place) * rowLength);
  }
  return states;
}
