import { MODEL_FILES, type ModelDescription } from '../models/model-description.ts';
import { modelUnavailable } from '../models/model-unavailable.ts';
import { graphInput, statesOutput } from './graph-ports.ts';
import type { OnnxGraph, ValueInfo } from './onnxruntime.ts';

type Graphs = { textEncoder: OnnxGraph; unet: OnnxGraph; vaeDecoder: OnnxGraph };

/** What a UNet may ask for. Stable Diffusion XL's has more ("text_embeds", "time_ids"). */
const UNET_INPUTS = ['sample', 'timestep', 'encoder_hidden_states', 'timestep_cond'];

/** What each graph must be told, in the order in which exports without these names have them. */
const REQUIRED: Readonly<Record<keyof Graphs, { file: string; inputs: readonly string[] }>> = {
  textEncoder: { file: MODEL_FILES.textEncoder, inputs: ['input_ids'] },
  unet: { file: MODEL_FILES.unet, inputs: ['sample', 'timestep', 'encoder_hidden_states'] },
  vaeDecoder: { file: MODEL_FILES.vaeDecoder, inputs: ['latent_sample'] },
};

const EXPORT_AGAIN =
  'export the whole model again, with the configs of the same model (optimum-cli export onnx --task text-to-image)';

/**
 * Whether the graphs fit one another and the configs: else it is `MODEL_UNAVAILABLE` that names file, tensor, what was expected and what
 * is there, and says what to do. Sizes that a graph leaves open are not judged.
 */
export function checkShapes(model: ModelDescription, graphs: Graphs): void {
  const { textEncoder, unet, vaeDecoder } = graphs;
  const requireSize = (file: string, value: ValueInfo | undefined, axis: number, expected: number, what: string) => {
    const found = value?.shape.at(axis);
    if (!value || typeof found !== 'number' || found === expected) return;
    const context = { tensor: value.name, expected: `${expected} ${what}`, found: `the shape ${shapeText(value)}` };
    const reason = `"${value.name}" should have ${context.expected}, and has ${context.found}: ${EXPORT_AGAIN}`;
    throw modelUnavailable(model.info.id, reason, { file, context });
  };

  checkInputs(model, graphs);
  requireSize(MODEL_FILES.textEncoder, graphInput(textEncoder, 'input_ids', 0), -1, model.sequenceLength, 'ids a row');
  requireSize(MODEL_FILES.unet, graphInput(unet, 'sample', 0), 1, model.latentChannels, 'channels');
  requireSize(MODEL_FILES.unet, unet.outputs[0], 1, model.latentChannels, 'channels');
  requireSize(MODEL_FILES.vaeDecoder, graphInput(vaeDecoder, 'latent_sample', 0), 1, model.latentChannels, 'channels');
  requireSize(MODEL_FILES.vaeDecoder, vaeDecoder.outputs[0], 1, 3, 'channels');
  const width = statesOutput(textEncoder).shape.at(-1);
  const states = graphInput(unet, 'encoder_hidden_states', 2);
  if (typeof width === 'number') {
    requireSize(MODEL_FILES.unet, states, -1, width, 'values a state, as the text encoder gives');
  }
}

function checkInputs(model: ModelDescription, graphs: Graphs): void {
  // The keys of the constant above.
  for (const part of Object.keys(REQUIRED) as (keyof Graphs)[]) {
    const { file, inputs } = REQUIRED[part];
    const found = graphs[part].inputs.map(({ name }) => name);
    const missing = inputs.find((name, place) => !found.includes(name) && graphs[part].inputs[place] === undefined);
    if (missing === undefined) continue;
    const context = { tensor: missing, expected: inputs.join(', '), found: found.join(', ') };
    const has = `it has no input "${missing}", only ${context.found || 'none'}`;
    throw modelUnavailable(model.info.id, `${has}: ${EXPORT_AGAIN}`, { file, context });
  }
  const guidance = graphs.unet.inputs.find(({ name }) => name === 'timestep_cond');
  if (guidance && !guidance.shape.at(-1)) {
    const reason = `"timestep_cond" does not say how many values it takes: export the UNet again with that axis fixed`;
    const context = { tensor: guidance.name, expected: 'a fixed last axis', found: `the shape ${shapeText(guidance)}` };
    throw modelUnavailable(model.info.id, reason, { file: MODEL_FILES.unet, context });
  }
  const stranger = graphs.unet.inputs.find(({ name }, i) => !UNET_INPUTS.includes(name) && i > 2);
  if (!stranger) return;
  throw modelUnavailable(
    model.info.id,
    `it asks for "${stranger.name}", which Stable Diffusion 1.x, 2.x and LCM do not have (Stable Diffusion XL is not supported yet): take a model of those`,
    { file: MODEL_FILES.unet, context: { tensor: stranger.name, expected: UNET_INPUTS.join(', ') } },
  );
}

function shapeText({ shape }: ValueInfo): string {
  return `[${shape.map((size) => size ?? '?').join(', ')}]`;
}
