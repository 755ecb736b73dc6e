/// <reference lib="esnext.float16" />
import type { TensorData, TensorType } from '../onnx/onnxruntime.ts';

/** An array for so many values of a graph's input type. */
export function allocate(type: TensorType, length: number): TensorData {
  switch (type) {
    case 'float32':
      return new Float32Array(length);
    case 'float16':
      return new Float16Array(length);
    case 'float64':
      return new Float64Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'int64':
      return new BigInt64Array(length);
  }
}

/** Writes numbers into an array of any type; whole-number types round. */
export function writeNumbers(target: TensorData, values: ArrayLike<number>): void {
  if (target instanceof BigInt64Array) {
    for (let i = 0; i < values.length; i++) target[i] = BigInt(Math.round(values[i] ?? 0));
  } else if (target instanceof Int32Array) {
    for (let i = 0; i < values.length; i++) target[i] = Math.round(values[i] ?? 0);
  } else {
    target.set(values);
  }
}

/** The same number everywhere. */
export function fillNumber(target: TensorData, value: number): void {
  if (target instanceof BigInt64Array) target.fill(BigInt(Math.round(value)));
  else target.fill(target instanceof Int32Array ? Math.round(value) : value);
}

/** Copies values of any type into a float32 array of the same length. */
export function readNumbers(target: Float32Array, source: TensorData): void {
  if (source instanceof BigInt64Array) target.set(Float32Array.from(source, Number));
  else target.set(source);
}

/** The values as float32; the same array where they are already. */
export function toFloat32(data: TensorData): Float32Array {
  if (data instanceof Float32Array) return data;
  return data instanceof BigInt64Array ? Float32Array.from(data, Number) : Float32Array.from(data);
}
