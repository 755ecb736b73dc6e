import { describe, expect, it } from 'vitest';
import { toyModel } from '../pipeline/toy-model.ts';
import { promptChunks } from './prompt-chunks.ts';
import { weighStates } from './weigh-states.ts';

const { tokenizer } = toyModel(8);
const texts = (prompt: string) =>
  promptChunks({ ...tokenizer, chunkLength: 8 }, prompt).map(({ ids }) => String.fromCodePoint(...ids));

describe('chunks of a prompt', () => {
  it.each([
    ['', ['']],
    ['abcdefgh', ['abcdefgh']],
    ['abcdefghi', ['abcdefgh', 'i']],
    ['abc,defghij', ['abc,', 'defghij']],
    ['abcdefgh,i', ['abcdefgh', ',i']],
    ['abBREAKcd', ['abBREAKc', 'd']],
    ['ab BREAK cd', ['ab', 'cd']],
    ['a BREAK BREAK b', ['a', '', 'b']],
    ['(ab)c', ['abc']],
  ])('%j', (prompt, wanted) => {
    expect(texts(prompt)).toEqual(wanted);
  });

  it('carry a weight for each token', () => {
    const [chunk] = promptChunks({ ...tokenizer, chunkLength: 8 }, 'a(b:2)');
    expect(chunk?.weights).toEqual([1, 2]);
  });
});

describe('weighing', () => {
  it('keeps the mean of the chunk', () => {
    const states = Float32Array.of(1, 3, 2, 2);
    weighStates(states, [1, 2]);
    const [a = 0, b = 0, c = 0, d = 0] = states;
    expect(a + b + c + d).toBeCloseTo(8, 5);
    expect(c / a).toBeCloseTo(4, 5);
    expect(d / b).toBeCloseTo(4 / 3, 5);
  });

  it('leaves states alone whose weights are all 1, and whose mean cannot be brought back', () => {
    const states = Float32Array.of(1, 3);
    weighStates(states, [1, 1]);
    expect([...states]).toEqual([1, 3]);
    weighStates(states, [0, 0]);
    expect([...states]).toEqual([0, 0]);
  });
});
