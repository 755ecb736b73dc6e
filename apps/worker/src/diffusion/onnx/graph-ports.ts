import { guidanceEmbedding } from '../pipeline/guidance-embedding.ts';
import type { Denoiser, LatentDecoder, TextEncoder } from '../pipeline/ports.ts';
import { allocate, toFloat32, writeNumbers } from '../tensor/cast.ts';
import type { OnnxGraph, OnnxTensor, ValueInfo } from './onnxruntime.ts';

/** The pipeline's ports over the three graphs. Names, types and shapes of inputs are the graph's own. */

/** `layers` gives the graph that ends at a layer, counted from the last, which is 1. */
export function graphTextEncoder(layers: { graphOf(clipSkip: number): Promise<OnnxGraph> }): TextEncoder {
  return {
    async encode(rows, clipSkip) {
      const graph = await layers.graphOf(clipSkip);
      const input = inputOf(graph, 'input_ids', 0);
      const output = statesOutput(graph);
      const ids = allocate(input.type, rows.length * (rows[0]?.length ?? 0));
      writeNumbers(ids, rows.flat());
      const dims = [rows.length, rows[0]?.length ?? 0];
      return toFloat32(await graph.bind({ [input.name]: { type: input.type, dims, data: ids } }, output.name).run());
    },
  };
}

export function graphDenoiser(graph: OnnxGraph): Denoiser {
  const [sample, timestep, states] = [
    inputOf(graph, 'sample', 0),
    inputOf(graph, 'timestep', 1),
    inputOf(graph, 'encoder_hidden_states', 2),
  ];
  const guidance = graph.inputs.find(({ name }) => name === 'timestep_cond');
  const output = outputOf(graph);
  return {
    statesMax: states.shape.at(-2) ?? null,
    isToldGuidance: guidance !== undefined,
    prepare({ rows, size, states: conditioning, cfgScale }) {
      const length = rows * size.channels * size.height * size.width;
      const input = new Float32Array(length);
      const sampleData = sample.type === 'float32' ? input : allocate(sample.type, length);
      const time = timestepTensor(timestep, rows);
      const sequence = conditioning.length / rows / widthOf(states, conditioning.length / rows);
      const statesData = allocate(states.type, conditioning.length);
      writeNumbers(statesData, conditioning);
      const statesDims = [rows, sequence, conditioning.length / rows / sequence];
      const sampleDims = [rows, size.channels, size.height, size.width];
      const raw = allocate(output.type, length);
      const result = raw instanceof Float32Array ? raw : new Float32Array(length);
      const bound = graph.bind(
        {
          [sample.name]: { type: sample.type, dims: sampleDims, data: sampleData },
          [timestep.name]: time,
          [states.name]: { type: states.type, dims: statesDims, data: statesData },
          ...(guidance ? { [guidance.name]: guidanceTensor(guidance, rows, cfgScale) } : {}),
        },
        output.name,
        { type: output.type, dims: sampleDims, data: raw },
      );
      return {
        input,
        async predict(value) {
          if (sampleData !== input) writeNumbers(sampleData, input);
          writeNumbers(time.data, Array(time.data.length).fill(value));
          await bound.run();
          if (result !== raw) result.set(toFloat32(raw));
          return result;
        },
      };
    },
  };
}

export function graphDecoder(graph: OnnxGraph): LatentDecoder {
  const input = inputOf(graph, 'latent_sample', 0);
  const output = outputOf(graph);
  return {
    async decode(latent, size) {
      const data = input.type === 'float32' ? latent : allocate(input.type, latent.length);
      if (data !== latent) writeNumbers(data, latent);
      const dims = [1, size.channels, size.height, size.width];
      return toFloat32(await graph.bind({ [input.name]: { type: input.type, dims, data } }, output.name).run());
    },
  };
}

/** The hidden states of a text encoder. */
export function statesOutput(graph: OnnxGraph): ValueInfo {
  return graph.outputs.find(({ name }) => name === 'last_hidden_state') ?? outputOf(graph);
}

/** Exports give the timestep as a scalar, as one value, or as one a row. */
function timestepTensor({ type, shape }: ValueInfo, rows: number): OnnxTensor {
  const dims = shape.map((size) => size ?? rows);
  return {
    type,
    dims,
    data: allocate(
      type,
      dims.reduce((a, b) => a * b, 1),
    ),
  };
}

/** The same guidance for each row, embedded in as many values as the graph takes. */
function guidanceTensor({ name, type, shape }: ValueInfo, rows: number, cfgScale: number): OnnxTensor {
  const width = shape.at(-1);
  if (!width) throw new Error(`the graph does not say how wide its input "${name}" is`);
  const embedding = guidanceEmbedding(cfgScale, width);
  const data = allocate(type, rows * width);
  writeNumbers(data, Array.from({ length: rows }, () => [...embedding]).flat());
  return { type, dims: [rows, width], data };
}

/** Width of one hidden state; a dynamic one is taken from the graph as a whole row. */
function widthOf({ shape }: ValueInfo, rowLength: number): number {
  return shape.at(-1) ?? rowLength;
}

/** By its name, else by its place: some exports have names of their own. */
export function graphInput(graph: OnnxGraph, name: string, place: number): ValueInfo | undefined {
  return graph.inputs.find((each) => each.name === name) ?? graph.inputs[place];
}

function inputOf(graph: OnnxGraph, name: string, place: number): ValueInfo {
  const input = graphInput(graph, name, place);
  if (!input) throw new Error(`the graph has no input "${name}"`);
  return input;
}

function outputOf(graph: OnnxGraph): ValueInfo {
  const [output] = graph.outputs;
  if (!output) throw new Error('the graph has no output');
  return output;
}
