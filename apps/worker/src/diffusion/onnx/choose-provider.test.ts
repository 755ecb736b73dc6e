import { expect, test } from 'vitest';
import { chooseProvider, type ProviderChoice } from './choose-provider.ts';

function choosing(given: Partial<ProviderChoice>, broken: readonly string[]) {
  const [loads, warnings]: [string[], string[]] = [[], []];
  const choice = { executionProvider: 'auto', threads: 2, hasLibrary: () => true, ...given } as const;
  const load = chooseProvider(
    { ...choice, warn: (sentence) => void warnings.push(sentence) },
    async (model: string, { executionProvider }) => {
      loads.push(`${model} on ${executionProvider}`);
      if (broken.includes(executionProvider)) throw new Error(`${executionProvider} is broken`);
      return executionProvider;
    },
  );
  return { load, loads, warnings };
}

test('auto is CUDA where it works, without a word', async () => {
  const { load, warnings } = choosing({}, []);
  expect([await load('a'), await load('b')]).toEqual(['cuda', 'cuda']);
  expect(warnings).toEqual([]);
});

test('auto goes on with the CPU, and says once why', async () => {
  const { load, loads, warnings } = choosing({}, ['cuda']);
  expect([await load('a'), await load('b')]).toEqual(['cpu', 'cpu']);
  expect(loads).toEqual(['a on cuda', 'a on cpu', 'b on cpu']);
  expect(warnings).toEqual(['Drawing on the CPU, because CUDA failed: cuda is broken']);
});

test('auto tries CUDA again after a model that no provider can load', async () => {
  const broken = ['cuda', 'cpu'];
  const { load, warnings } = choosing({}, broken);
  await expect(load('a')).rejects.toThrow('cpu is broken');
  broken.length = 0;
  expect(await load('b')).toBe('cuda');
  expect(warnings).toEqual([]);
});

test('auto without the library is the CPU, and CUDA that was asked for is never replaced', async () => {
  expect(await choosing({ hasLibrary: () => false }, []).load('a')).toBe('cpu');
  await expect(choosing({ executionProvider: 'cuda' }, ['cuda']).load('a')).rejects.toThrow('cuda is broken');
});
