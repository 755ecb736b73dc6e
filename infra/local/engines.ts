/** The sets of engines that the platform can stand on here, for tests and measurements that run on each of them. */

export type Engines = AsyncDisposable & {
  /** For every process: which engines, and how they are reached. */
  env: Readonly<Record<string, string>>;
};

type EngineSet = { name: string; open(): Promise<Engines> };

const embedded: EngineSet = {
  name: 'embedded',
  open: async () => ({ env: {}, [Symbol.asyncDispose]: async () => {} }),
};

export function engineSets(): EngineSet[] {
  return [embedded];
}
