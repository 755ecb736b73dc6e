import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/**
 * The JSON Schemas of named Zod schemas. A named one inside another becomes a reference under `at`.
 * `io` says which side of a transformation is meant: what clients send, or what they get.
 */
export function schemasOf(
  named: Readonly<Record<string, z.ZodType>>,
  { io, at }: { io: 'input' | 'output'; at: string },
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `${at}${id}`, io });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [id, schema]),
  );
}
