import type { PipelineModel } from './ports.ts';

export type PromptWarning = { field: 'prompt' | 'negative_prompt'; tokensCut: number; tokensMax: number };

export type Conditioning = {
  /** Hidden states of the empty or negative prompt, `null` where guidance is off. */
  negative: Float32Array | null;
  positive: Float32Array;
  warnings: PromptWarning[];
};

/** Prompts to hidden states, in one call of the text encoder. */
export async function encodePrompts(
  model: Pick<PipelineModel, 'tokenizer' | 'textEncoder'>,
  prompts: { prompt: string; negativePrompt: string; guided: boolean },
): Promise<Conditioning> {
  const positive = model.tokenizer.tokenize(prompts.prompt);
  const negative = prompts.guided ? model.tokenizer.tokenize(prompts.negativePrompt) : null;
  const tokensMax = positive.ids.length - 2;
  const warnings: PromptWarning[] = [];
  if (positive.cutTokens > 0) warnings.push({ field: 'prompt', tokensCut: positive.cutTokens, tokensMax });
  if (negative && negative.cutTokens > 0) {
    warnings.push({ field: 'negative_prompt', tokensCut: negative.cutTokens, tokensMax });
  }
  const rows = negative ? [negative.ids, positive.ids] : [positive.ids];
  const states = await model.textEncoder.encode(rows);
  const rowLength = states.length / rows.length;
  return {
    negative: negative ? states.subarray(0, rowLength) : null,
    positive: states.subarray(states.length - rowLength),
    warnings,
  };
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
