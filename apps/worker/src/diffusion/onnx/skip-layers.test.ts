import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { protobufField, protobufFields } from './protobuf-fields.ts';
import { skipLayers } from './skip-layers.ts';

type Node = [operation: string, inputs: string[], output: string];

const text = (number: number, value: string) => protobufField(number, [Buffer.from(value)]);

/** A model of ONNX that has only nodes, and a field of another kind before and behind them. */
function modelOf(nodes: readonly Node[]): Uint8Array {
  const encoded = nodes.flatMap(([operation, inputs, output]) =>
    protobufField(1, [...inputs.flatMap((name) => text(1, name)), ...text(2, output), ...text(4, operation)]),
  );
  return Buffer.concat([
    Uint8Array.of(0x08, 10),
    ...protobufField(7, [...encoded, ...text(2, 'name')]),
    ...text(2, 'end'),
  ]);
}

function nodesOf(model: Uint8Array): Node[] {
  const read = ({ start, end }: { start: number; end: number }) => Buffer.from(model.subarray(start, end)).toString();
  const [graph] = [...protobufFields(model)].filter(({ number }) => number === 7);
  return [...protobufFields(model, graph?.start, graph?.end)]
    .filter(({ number }) => number === 1)
    .map((node) => {
      const fields = [...protobufFields(model, node.start, node.end)];
      const of = (number: number) => fields.filter((field) => field.number === number).map(read);
      return [of(4)[0] ?? '', of(1), of(2)[0] ?? ''];
    });
}

/** Three layers: h0 is the embedding, a attention, m the perceptron; biases come first in some sums, as exports have them. */
const layer = (i: number): Node[] => [
  ['LayerNormalization', [`h${i}`, 'w', 'b'], `n${i}`],
  ['MatMul', [`n${i}`, 'w'], `a${i}`],
  ['Add', [`h${i}`, `a${i}`], `g${i}`],
  ['LayerNormalization', [`g${i}`, 'w', 'b'], `k${i}`],
  ['MatMul', [`k${i}`, 'w'], `p${i}`],
  ['Add', ['bias', `p${i}`], `m${i}`],
  ['Add', i === 1 ? [`m${i}`, `g${i}`] : [`g${i}`, `m${i}`], `h${i + 1}`],
];
const layers: Node[] = [['Gather', ['embeddings', 'input_ids'], 'h0'], ...layer(0), ...layer(1), ...layer(2)];
const whole = [...layers, ['LayerNormalization', ['h3', 'w', 'b'], 'states'] as Node];

test.each([
  [1, 'h3'],
  [2, 'h2'],
  [3, 'h1'],
])('at clip skip %d the last layer norm reads %s, and nothing else is changed', (clipSkip, wanted) => {
  const skipped = nodesOf(skipLayers(modelOf(whole), 'states', clipSkip));
  expect(skipped).toEqual([...layers, ['LayerNormalization', [wanted, 'w', 'b'], 'states']]);
});

test('a layer norm in the single operations of older exports is one too', () => {
  const norm: Node[] = [
    ['ReduceMean', ['h3'], 'mean'],
    ['Sub', ['h3', 'mean'], 'centred'],
    ['Pow', ['centred', 'two'], 'squares'],
    ['Sqrt', ['squares'], 'deviation'],
    ['Div', ['centred', 'deviation'], 'normal'],
    ['Mul', ['normal', 'w'], 'scaled'],
    ['Add', ['scaled', 'b'], 'states'],
  ];
  const skipped = nodesOf(skipLayers(modelOf([...layers, ...norm]), 'states', 2)).slice(layers.length);
  expect(skipped.slice(0, 2)).toEqual([
    ['ReduceMean', ['h2'], 'mean'],
    ['Sub', ['h2', 'mean'], 'centred'],
  ]);
  expect(skipped.slice(2)).toEqual(norm.slice(2));
});

test('all bytes beside the graph stay', () => {
  const model = modelOf(whole);
  expect(Buffer.from(skipLayers(model, 'states', 1))).toEqual(Buffer.from(model));
});

test('what has no such layers is refused', () => {
  expect(() => skipLayers(modelOf(whole), 'states', 5)).toThrow(
    "the text encoder is not built as CLIP's: it has not 5 layers",
  );
  expect(() => skipLayers(modelOf([['Gather', ['ids'], 'states']]), 'states', 2)).toThrow('not made by a layer norm');
  expect(() => skipLayers(Buffer.from('not a graph'), 'states', 2)).toThrow(/the graph|no graph/);
  expect(() => skipLayers(modelOf(whole).subarray(0, 100), 'states', 2)).toThrow('breaks off');
});

test('the text encoder of a model of two layers has two', () => {
  const file = new URL('../goldens/layouts/models/sd15/text_encoder/model.onnx', import.meta.url);
  const model = readFileSync(file);
  expect(skipLayers(model, 'last_hidden_state', 2).length).toBeGreaterThan(model.length - 100);
  expect(() => skipLayers(model, 'last_hidden_state', 4)).toThrow('it has not 4 layers');
});
