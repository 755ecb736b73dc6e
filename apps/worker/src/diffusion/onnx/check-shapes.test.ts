import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { FolderModelCatalog } from '../models/folder-model-catalog.ts';
import type { ModelDescription } from '../models/model-description.ts';
import { checkShapes } from './check-shapes.ts';
import type { OnnxGraph, ValueInfo } from './onnxruntime.ts';

/** 4 latent channels, 24 ids a row. */
let model: ModelDescription;
beforeAll(async () => {
  const layouts = fileURLToPath(new URL('../goldens/layouts/models', import.meta.url));
  model = await new FolderModelCatalog(layouts).find('sd15');
});

const value = (name: string, ...shape: (number | null)[]): ValueInfo => ({ name, type: 'float32', shape });
const graph = (inputs: ValueInfo[], outputs: ValueInfo[]): OnnxGraph => ({
  ...{ inputs, outputs, runMs: 0 },
  bind: () => ({ run: async () => new Float32Array() }),
  release: async () => undefined,
});

type Changes = { ids?: number; width?: number | null; unet?: ValueInfo[]; latent?: number; colours?: number };

function check({ ids = 24, width = 16, unet = [], latent = 4, colours = 3 }: Changes): void {
  const others = unet.map(({ name }) => name);
  const usual = [
    value('sample', null, 4, null, null),
    value('timestep', 1),
    value('encoder_hidden_states', null, null, 16),
  ];
  checkShapes(model, {
    textEncoder: graph([value('input_ids', null, ids)], [value('last_hidden_state', null, ids, width)]),
    unet: graph(
      [
        ...usual.map((each) => unet[others.indexOf(each.name)] ?? each),
        ...unet.filter(({ name }) => !usual.some((each) => each.name === name)),
      ],
      [value('out_sample', null, 4, null, null)],
    ),
    vaeDecoder: graph([value('latent_sample', null, latent, null, null)], [value('sample', null, colours, null, null)]),
  });
}

test('graphs that fit, or leave their sizes open, pass', () => {
  check({});
  check({ width: null, unet: [value('timestep_cond', null, 256)] });
});

test.each<[string, Changes, string, string]>([
  ['a text encoder of another length', { ids: 77 }, 'text_encoder/model.onnx', 'input_ids'],
  ['a text encoder of another width', { width: 768 }, 'unet/model.onnx', 'encoder_hidden_states'],
  [
    'a UNet of nine channels, for inpainting',
    { unet: [value('sample', null, 9, null, null)] },
    'unet/model.onnx',
    'sample',
  ],
  ['a decoder of another latent', { latent: 16 }, 'vae_decoder/model.onnx', 'latent_sample'],
  ['a decoder that gives no colours', { colours: 4 }, 'vae_decoder/model.onnx', 'sample'],
])('%s is named, with what was expected', (_, changes, file, tensor) => {
  expect(() => check(changes)).toThrow(
    expect.objectContaining({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringMatching(
        new RegExp(`${file}: "${tensor}" should have \\d+ .*, and has the shape \\[.*\\]: export`),
      ),
      context: expect.objectContaining({ file, tensor }),
    }),
  );
});

test('a UNet of Stable Diffusion XL is told apart', () => {
  expect(() => check({ unet: [value('text_embeds', null, 1280), value('time_ids', null, 6)] })).toThrow(
    /unet\/model\.onnx: it asks for "text_embeds".*XL is not supported yet/,
  );
});

test('an input that is missing is named, with those that are there', () => {
  const whole = { ids: [value('input_ids', null, 24)], latent: [value('latent_sample', null, 4, null, null)] };
  const states = [value('last_hidden_state', null, 24, 16)];
  const unet = graph([value('sample', null, 4, null, null), value('t')], [value('out_sample', null, 4, null, null)]);
  const textEncoder = graph(whole.ids, states);
  const vaeDecoder = graph(whole.latent, [value('sample', null, 3, null, null)]);
  expect(() => checkShapes(model, { textEncoder, unet, vaeDecoder })).toThrow(
    /unet\/model\.onnx: it has no input "encoder_hidden_states", only sample, t: export the whole model again/,
  );
  expect(() => checkShapes(model, { textEncoder: graph([], states), unet, vaeDecoder })).toThrow(
    /text_encoder\/model\.onnx: it has no input "input_ids", only none/,
  );
});

test('a guidance embedding of unknown width is named', () => {
  expect(() => check({ unet: [value('timestep_cond', null, null)] })).toThrow(
    /unet\/model\.onnx: "timestep_cond" does not say how many values it takes: export the UNet again/,
  );
});
