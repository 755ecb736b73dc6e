export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

export async function timed(call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

export type Figure = { name: string; value: number; detail: string };
const reported: Figure[] = [];

/** What was reported since the last call. */
export function takeFigures(): Figure[] {
  return reported.splice(0);
}

/** One line a figure, and how it came about below it. */
export function report(name: string, value: number, detail: string): void {
  reported.push({ name, value: Number(value.toPrecision(4)), detail });
  console.log(`${value.toFixed(3).padStart(9)}  ${name}\n           ${detail}`);
}
