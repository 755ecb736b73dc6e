/** A coefficient and the array that it weighs. */
export type Term = readonly [number, Float32Array];

/** target ← Σ coefficient · array, element by element: float64 inside, rounded to float32 once. The target may be one of the arrays. */
export function combine(target: Float32Array, ...terms: readonly Term[]): Float32Array {
  for (let j = 0; j < target.length; j++) {
    let sum = 0;
    for (const [coefficient, values] of terms) sum += coefficient * (values[j] ?? 0);
    target[j] = sum;
  }
  return target;
}
