import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { DarkroomError, isDarkroomError, messageOf } from '@darkroom/shared/errors/darkroom-error';
import { MODEL_FILES, type ModelDescription } from '../models/model-description.ts';
import { modelFileReader } from '../models/model-file-reader.ts';
import { modelUnavailable } from '../models/model-unavailable.ts';
import { cachedTextEncoder } from '../pipeline/cached-text-encoder.ts';
import type { PipelineModel } from '../pipeline/ports.ts';
import { type ClipTokenizer, createClipTokenizer } from '../tokenizer/clip-tokenizer.ts';
import {
  makeVocabulary,
  parseMerges,
  specialTokensMap,
  type TokenizerFiles,
  tokenizerConfig,
  tokenizerFile,
  vocabularyFile,
} from '../tokenizer/tokenizer-files.ts';
import { checkShapes } from './check-shapes.ts';
import { EncoderLayers } from './encoder-layers.ts';
import { checkExternalData } from './external-data.ts';
import { graphDecoder, graphDenoiser, graphTextEncoder, statesOutput } from './graph-ports.ts';
import {
  type GraphOptions,
  type GraphSource,
  isOutOfMemory,
  isProviderFailure,
  type OnnxGraph,
  openGraph,
} from './onnxruntime.ts';
import { type ExecutionProvider, PROVIDER_NEEDS, PROVIDER_TITLES } from './provider-library.ts';
import { skipLayers } from './skip-layers.ts';

export type LoadedModel = PipelineModel & {
  executionProvider: ExecutionProvider;
  /** Milliseconds inside the graphs' `run`, since they were loaded. */
  inferenceMs(): number;
  release(): Promise<void>;
};

/** Loads tokenizer and graphs. Every fault of the files is `MODEL_UNAVAILABLE` that names the file. */
export async function loadModel(model: ModelDescription, options: GraphOptions): Promise<LoadedModel> {
  const tokenizer = await loadTokenizer(model);
  const graphs: Pick<OnnxGraph, 'runMs' | 'release'>[] = [];
  const open = async (file: string): Promise<OnnxGraph> => {
    const graph = await openModelGraph(model, file, options);
    graphs.push(graph);
    return graph;
  };
  const release = async () => {
    for (const graph of graphs) await graph.release();
  };
  try {
    const textEncoder = await openModelGraph(model, MODEL_FILES.textEncoder, options);
    const layers = new EncoderLayers(
      textEncoder,
      async (clipSkip) => await openEarlierLayer(model, statesOutput(textEncoder).name, clipSkip, options),
    );
    graphs.push(layers);
    const unet = await open(MODEL_FILES.unet);
    const vaeDecoder = await open(MODEL_FILES.vaeDecoder);
    checkShapes(model, { textEncoder, unet, vaeDecoder });
    return {
      tokenizer,
      textEncoder: cachedTextEncoder(graphTextEncoder(layers)),
      denoiser: await guardLoad(model, MODEL_FILES.unet, () => graphDenoiser(unet)),
      decoder: await guardLoad(model, MODEL_FILES.vaeDecoder, () => graphDecoder(vaeDecoder)),
      executionProvider: options.executionProvider,
      inferenceMs: () => graphs.reduce((sum, graph) => sum + graph.runMs, 0),
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function openModelGraph(model: ModelDescription, file: string, options: GraphOptions): Promise<OnnxGraph> {
  const path = join(model.folder, file);
  if (!isAbsolute(path)) throw new Error('the folder of a model is absolute');
  const wrong = await checkExternalData(path);
  if (wrong) {
    const { location, expectedBytes, foundBytes } = wrong;
    const data = join(file, '..', location);
    const found = foundBytes === null ? 'the file is missing' : `the file has ${foundBytes} bytes`;
    throw modelUnavailable(model.info.id, `${found}, the graph reads ${expectedBytes}`, {
      file: data,
      context: { expected_bytes: expectedBytes, found_bytes: foundBytes },
    });
  }
  return await guardLoad(model, file, () => openOn(options, path));
}

/** The text encoder that ends at an earlier layer; its external data was looked at before. */
async function openEarlierLayer(
  model: ModelDescription,
  output: string,
  clipSkip: number,
  options: GraphOptions,
): Promise<OnnxGraph> {
  const path = join(model.folder, MODEL_FILES.textEncoder);
  return await guardLoad(model, MODEL_FILES.textEncoder, async () => {
    const file = await readFile(path);
    return await openOn(options, { bytes: skippedBytes(model, file, output, clipSkip), folder: dirname(path) });
  });
}

/** A provider that cannot be used is a fault of this worker, not of the model or the job. */
async function openOn(options: GraphOptions, source: GraphSource): Promise<OnnxGraph> {
  try {
    return await openGraph(source, options);
  } catch (error) {
    const { executionProvider: provider } = options;
    if (provider === 'cpu' || isOutOfMemory(error) || !isProviderFailure(error)) throw error;
    throw new DarkroomError(
      'NOT_READY',
      `${PROVIDER_TITLES[provider]} cannot be used on this worker: ${messageOf(error)}. It needs ${PROVIDER_NEEDS[provider]}, their folders in LD_LIBRARY_PATH; or set DIFFUSION_EXECUTION_PROVIDER to "auto" or "cpu"`,
      { cause: error, context: { execution_provider: provider } },
    );
  }
}

function skippedBytes({ info }: ModelDescription, file: Uint8Array, output: string, clipSkip: number): Uint8Array {
  try {
    return skipLayers(file, output, clipSkip);
  } catch (error) {
    throw new DarkroomError(
      'SETTINGS_REFUSED',
      `The model "${info.id}" cannot render this: clip_skip ${clipSkip} cannot be had, ${messageOf(error)}; leave clip_skip out, or at 1`,
      { cause: error, context: { model: info.id, fields: { clip_skip: 'must be 1' } } },
    );
  }
}

async function guardLoad<T>(model: ModelDescription, file: string, load: () => T | Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (isDarkroomError(error)) throw error;
    if (isOutOfMemory(error)) {
      throw new DarkroomError('OUT_OF_MEMORY', `There is not enough memory to load the model "${model.info.id}"`, {
        cause: error,
        context: { model: model.info.id, file },
      });
    }
    // The runtime's own sentence holds the whole path.
    const reason = messageOf(error).replaceAll(`${model.folder}/`, '');
    throw modelUnavailable(model.info.id, reason, { file, cause: error });
  }
}

async function loadTokenizer(model: ModelDescription): Promise<ClipTokenizer> {
  const files = await readTokenizerFiles(model);
  return await guardLoad(model, MODEL_FILES.tokenizerConfig, () =>
    createClipTokenizer(makeVocabulary(files, model.sequenceLength)),
  );
}

async function readTokenizerFiles({ info, folder }: ModelDescription): Promise<TokenizerFiles> {
  const read = modelFileReader(info.id, folder);
  const config = {
    ...(await read.optionalJson(MODEL_FILES.specialTokens, specialTokensMap)),
    ...(await read.optionalJson(MODEL_FILES.tokenizerConfig, tokenizerConfig)),
  };
  const vocabulary = await read.optionalJson(MODEL_FILES.vocabulary, vocabularyFile);
  if (vocabulary) {
    return { vocabulary, merges: parseMerges(await read.text(MODEL_FILES.merges)), addedTokens: [], config };
  }
  const whole = await read.json(MODEL_FILES.tokenizer, tokenizerFile);
  const merges = whole.model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' ')));
  return { vocabulary: whole.model.vocab, merges, addedTokens: whole.added_tokens, config };
}
