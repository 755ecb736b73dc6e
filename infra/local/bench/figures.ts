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

/** One line a figure, and how it came about below it. */
export function report(name: string, value: number, detail: string): void {
  console.log(`${value.toFixed(3).padStart(9)}  ${name}\n           ${detail}`);
}
