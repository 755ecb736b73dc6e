import type { ReactNode } from 'react';
import type { JsonSchema } from '../../server/openapi/json-schemas.ts';
import { type FieldRow, FieldTable, ShapeLink } from './parts.tsx';

/** One shape: its fields, those of inner objects with their path. */
export function SchemaSection({ name, schema }: { name: string; schema: JsonSchema }) {
  const rows = rowsOf(schema);
  return (
    <section id={name} aria-labelledby={`${name}-title`} className="scroll-mt-8 border-line border-b py-6">
      <h2 id={`${name}-title`} className="font-mono text-body">
        {name}
      </h2>
      {rows.length > 0 ? (
        <FieldTable caption="Fields" rows={rows} />
      ) : (
        <p className="mt-2 text-ink-soft text-small">{kindOf(schema)}</p>
      )}
    </section>
  );
}

function rowsOf(schema: JsonSchema, prefix = ''): FieldRow[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(objectOf(schema['properties'])).flatMap(([field, value]) => {
    const inner = objectOf(value);
    const name = prefix + field;
    const row: FieldRow = { name, kind: kindOf(inner), text: wordsOf(inner, required.includes(field)) };
    const elements = inner['type'] === 'array' ? objectOf(inner['items']) : inner;
    return [row, ...rowsOf(elements, inner['type'] === 'array' ? `${name}[].` : `${name}.`)];
  });
}

function kindOf(schema: JsonSchema): ReactNode {
  const { $ref, type, enum: values, anyOf, items, const: constant } = schema;
  if (typeof $ref === 'string') return <ShapeLink name={$ref.slice($ref.lastIndexOf('/') + 1)} />;
  if (Array.isArray(values)) return values.join(' | ');
  if (constant !== undefined) return String(constant);
  if (Array.isArray(anyOf)) {
    return anyOf.map((each, place) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
      <span key={place}>
        {place > 0 && ' | '}
        {kindOf(objectOf(each))}
      </span>
    ));
  }
  if (type === 'array') return <>array of {kindOf(objectOf(items))}</>;
  return Array.isArray(type) ? type.join(' | ') : String(type ?? 'any');
}

function wordsOf(schema: JsonSchema, isRequired: boolean): string {
  const { description, format, minimum, maximum, maxLength } = schema;
  const isSafeLimit = (limit: unknown) => typeof limit === 'number' && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  const parts = [
    typeof description === 'string' ? description : '',
    typeof format === 'string' ? format : '',
    isSafeLimit(minimum) ? `from ${minimum}` : '',
    isSafeLimit(maximum) ? `to ${maximum}` : '',
    typeof maxLength === 'number' ? `at most ${maxLength} characters` : '',
    isRequired ? '' : 'optional',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function objectOf(value: unknown): JsonSchema {
  // Any object may be read as a record.
  return typeof value === 'object' && value !== null ? (value as JsonSchema) : {};
}
