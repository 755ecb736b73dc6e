import { MODEL_FILES, type ModelDescription } from '../models/model-description.ts';
import { modelUnavailable } from '../models/model-unavailable.ts';
import type { OnnxGraph, ValueInfo } from './onnxruntime.ts';

type Graphs = { textEncoder: OnnxGraph; unet: OnnxGraph; vaeDecoder: OnnxGraph };

/** What a UNet may ask for. Stable Diffusion XL's has more ("text_embeds", "time_ids"). */
const UNET_INPUTS = ['sample', 'timestep', 'encoder_hidden_states', 'timestep_cond'];

/**
 * Whether the graphs fit one another and the configs: else it is `MODEL_UNAVAILABLE` that names file, tensor, what was expected and what
 * is there. Sizes that a graph leaves open are not judged.
 */
export function checkShapes(model: ModelDescription, { textEncoder, unet, vaeDecoder }: Graphs): void {
  const refuse = (file: string, tensor: string, expected: string, found: string): never => {
    throw modelUnavailable(model.info.id, `"${tensor}" should have ${expected}, and has ${found}`, {
      file,
      context: { tensor, expected, found },
    });
  };
  const requireSize = (file: string, value: ValueInfo | undefined, axis: number, expected: number, what: string) => {
    const found = value?.shape.at(axis);
    if (value && typeof found === 'number' && found !== expected) {
      refuse(file, value.name, `${expected} ${what}`, `the shape ${shapeText(value)}`);
    }
  };
  const named = (graph: OnnxGraph, name: string, place: number) =>
    graph.inputs.find((each) => each.name === name) ?? graph.inputs[place];

  const stranger = unet.inputs.find(({ name }, i) => !UNET_INPUTS.includes(name) && i > 2);
  if (stranger) {
    throw modelUnavailable(
      model.info.id,
      `it asks for "${stranger.name}", which Stable Diffusion 1.x, 2.x and LCM do not have (Stable Diffusion XL is not supported yet)`,
      { file: MODEL_FILES.unet, context: { tensor: stranger.name, expected: UNET_INPUTS.join(', ') } },
    );
  }
  requireSize(MODEL_FILES.textEncoder, named(textEncoder, 'input_ids', 0), -1, model.sequenceLength, 'ids a row');
  requireSize(MODEL_FILES.unet, named(unet, 'sample', 0), 1, model.latentChannels, 'channels');
  requireSize(MODEL_FILES.unet, unet.outputs[0], 1, model.latentChannels, 'channels');
  requireSize(MODEL_FILES.vaeDecoder, named(vaeDecoder, 'latent_sample', 0), 1, model.latentChannels, 'channels');
  requireSize(MODEL_FILES.vaeDecoder, vaeDecoder.outputs[0], 1, 3, 'channels');
  const states = textEncoder.outputs.find(({ name }) => name === 'last_hidden_state') ?? textEncoder.outputs[0];
  const width = states?.shape.at(-1);
  if (typeof width === 'number') {
    requireSize(
      MODEL_FILES.unet,
      named(unet, 'encoder_hidden_states', 2),
      -1,
      width,
      'values a state, as the text encoder gives',
    );
  }
}

function shapeText({ shape }: ValueInfo): string {
  return `[${shape.map((size) => size ?? '?').join(', ')}]`;
}
