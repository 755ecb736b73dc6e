import type { ByteRange } from '@darkroom/shared/object-store/object-store';

export type RangeAnswer = { kind: 'whole' } | { kind: 'part'; range: ByteRange } | { kind: 'unsatisfiable' };

const ONE_RANGE = /^(\d*)-(\d*)$/;

/**
 * What a `Range` header asks of an object (RFC 9110, 14.1.2). What is no byte range is ignored, and so are several ranges at once
 * unless none of them can be satisfied: both get the whole.
 */
export function rangeOf(header: string | null, size: number): RangeAnswer {
  const [, specs] = /^bytes=(.*)$/i.exec(header?.trim() ?? '') ?? [];
  if (specs === undefined) return { kind: 'whole' };
  const ranges = specs.split(',').map((spec) => oneRange(spec.trim(), size));
  const [first] = ranges;
  if (first === undefined || ranges.includes('invalid')) return { kind: 'whole' };
  if (ranges.every((range) => range === 'unsatisfiable')) return { kind: 'unsatisfiable' };
  return ranges.length === 1 && typeof first === 'object' ? { kind: 'part', range: first } : { kind: 'whole' };
}

function oneRange(spec: string, size: number): ByteRange | 'unsatisfiable' | 'invalid' {
  const [, first, last] = ONE_RANGE.exec(spec) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'invalid';
  if (first === '') {
    const suffix = Number(last);
    return suffix === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - suffix), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? Number.POSITIVE_INFINITY : Number(last);
  if (end < start) return 'invalid';
  return start >= size ? 'unsatisfiable' : { start, end: Math.min(end, size - 1) };
}

/** True if `If-None-Match` names this entity tag, weak or strong (RFC 9110, 13.1.2). */
export function matchesAny(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.trim() === '*' || header.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}
