/**
 * A1111's emphasis ("Original"): each token's hidden states times its weight, then all of the chunk scaled back to the mean it had.
 * `states`: tokens × width, in place; `weights`: one a token, markers and padding included.
 */
export function weighStates(states: Float32Array, weights: readonly number[]): void {
  if (weights.every((weight) => weight === 1)) return;
  const width = states.length / weights.length;
  const before = sumOf(states);
  for (let i = 0; i < states.length; i++) states[i] = (states[i] ?? 0) * (weights[Math.floor(i / width)] ?? 1);
  const after = sumOf(states);
  // A mean of nothing cannot be brought back.
  if (after === 0) return;
  const scale = before / after;
  for (let i = 0; i < states.length; i++) states[i] = (states[i] ?? 0) * scale;
}

function sumOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
