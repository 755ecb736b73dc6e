import { type ProtobufField, protobufField, protobufFields } from './protobuf-fields.ts';

/** Field numbers of onnx.proto (ONNX IR 10): ModelProto.graph, GraphProto.node, NodeProto.input, .output and .op_type. */
const FIELDS = { graph: 7, node: 1, input: 1, output: 2, operation: 4 } as const;

type Node = { field: ProtobufField; operation: string; inputs: string[]; outputs: string[] };

/**
 * A text encoder's graph whose `output` is made of an earlier layer: `clipSkip` 1 is its last layer, 2 the one before, as A1111 counts. The
 * last layer norm stays, as in A1111 and in diffusers (whose `clip_skip` counts what is left out: one less).
 *
 * Exports have no output for that, so the graph is changed: each layer of CLIP adds twice to one stream of values (attention, then the
 * perceptron), and all that read the stream's end are given an earlier place of it. Throws where the graph has no such stream, or fewer layers.
 */
export function skipLayers(model: Uint8Array, output: string, clipSkip: number): Uint8Array {
  const graph = [...protobufFields(model)].find(({ number }) => number === FIELDS.graph);
  if (!graph) throw new Error('the file has no graph');
  const fields = [...protobufFields(model, graph.start, graph.end)];
  const nodes = fields.filter(({ number }) => number === FIELDS.node).map((field) => readNode(model, field));
  const stream = new ResidualStream(nodes);
  const end = stream.endBefore(output);
  const earlier = stream.before(end, clipSkip - 1);
  const readers = new Map(nodes.filter(({ inputs }) => inputs.includes(end)).map((node) => [node.field.from, node]));
  const changed = fields.flatMap((field) => {
    const reader = readers.get(field.from);
    return reader ? withInput(model, reader, end, earlier) : [model.subarray(field.from, field.end)];
  });
  return Buffer.concat([
    model.subarray(0, graph.from),
    ...protobufField(FIELDS.graph, changed),
    model.subarray(graph.end),
  ]);
}

class ResidualStream {
  readonly #makers: ReadonlyMap<string, Node>;
  readonly #readers = new Map<string, number>();

  constructor(nodes: readonly Node[]) {
    this.#makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
    for (const input of nodes.flatMap(({ inputs }) => inputs)) {
      this.#readers.set(input, (this.#readers.get(input) ?? 0) + 1);
    }
  }

  /** What the last layer norm reads; before opset 17 that is (x − mean) ÷ deviation · weight + bias. */
  endBefore(output: string): string {
    const last = this.#makers.get(output);
    if (last?.operation === 'LayerNormalization') return last.inputs[0] ?? '';
    const scaled = this.#inputMadeBy(last, 'Add', 'Mul');
    const divided = this.#inputMadeBy(scaled, 'Mul', 'Div');
    const centred = this.#inputMadeBy(divided, 'Div', 'Sub');
    if (!centred) throw notClip(`"${output}" is not made by a layer norm`);
    return centred.inputs[0] ?? '';
  }

  /** The stream so many layers before. */
  before(end: string, layers: number): string {
    let place = end;
    for (let i = 0; i < 2 * layers; i++) {
      const maker = this.#makers.get(place);
      // What is added to the stream is read once, by the sum; the stream is read by the layer as well.
      const [before, other] = (maker?.operation === 'Add' ? maker.inputs : []).filter(
        (name) => this.#makers.has(name) && (this.#readers.get(name) ?? 0) > 1,
      );
      if (before === undefined || other !== undefined)
        throw notClip(`it has not ${layers + 1} layers one after another`);
      place = before;
    }
    return place;
  }

  #inputMadeBy(node: Node | undefined, operation: string, maker: string): Node | undefined {
    if (node?.operation !== operation) return undefined;
    return node.inputs.map((name) => this.#makers.get(name)).find((each) => each?.operation === maker);
  }
}

function notClip(reason: string): Error {
  return new Error(`the text encoder is not built as CLIP's: ${reason}`);
}

function readNode(model: Uint8Array, field: ProtobufField): Node {
  const node: Node = { field, operation: '', inputs: [], outputs: [] };
  for (const { number, start, end } of protobufFields(model, field.start, field.end)) {
    const text = () => Buffer.from(model.buffer, model.byteOffset + start, end - start).toString('utf8');
    if (number === FIELDS.input) node.inputs.push(text());
    if (number === FIELDS.output) node.outputs.push(text());
    if (number === FIELDS.operation) node.operation = text();
  }
  return node;
}

function withInput(model: Uint8Array, { field, inputs }: Node, from: string, to: string): Uint8Array[] {
  let place = 0;
  const content = [...protobufFields(model, field.start, field.end)].flatMap(({ number, from: at, end }) =>
    number === FIELDS.input && inputs[place++] === from
      ? protobufField(FIELDS.input, [Buffer.from(to)])
      : [model.subarray(at, end)],
  );
  return protobufField(FIELDS.node, content);
}
