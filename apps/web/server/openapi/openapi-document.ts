import * as api from '@darkroom/shared/schemas/api';
import { generationSettings, imageRequest } from '@darkroom/shared/schemas/generation-settings';
import { job, jobAttempt, jobImage, jobProgress } from '@darkroom/shared/schemas/job';
import { modelInfo } from '@darkroom/shared/schemas/model-info';
import { resolvedSettings } from '@darkroom/shared/schemas/resolved-settings';
import { cancelRequest } from '../use-cases/cancel-image.ts';
import { replayRequest } from '../use-cases/replay-image.ts';
import { type JsonSchema, schemasOf } from './json-schemas.ts';
import { type Answer, OPERATIONS, type Operation } from './operations.ts';

const SCHEMAS = '#/components/schemas/';

export type OpenApiDocument = {
  openapi: '3.1.1';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, object>>;
  components: { schemas: Record<string, JsonSchema> };
};

/** The API in OpenAPI 3.1, made from the same schemas that parse requests and type answers. */
export function openApiDocument(publicUrl: string): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Darkroom',
      version: '1.0.0',
      description:
        'Text in, picture out, nothing lost. Paths work with and without the trailing slash. Errors are problem documents (RFC 9457).',
    },
    servers: [{ url: publicUrl }],
    tags: [...new Set(OPERATIONS.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { schemas: componentSchemas() },
  };
}

function componentSchemas(): Record<string, JsonSchema> {
  const sent = { ImageRequest: imageRequest, CancelRequest: cancelRequest, ReplayRequest: replayRequest };
  const given = {
    ...{ Job: job, GenerationSettings: generationSettings, ResolvedSettings: resolvedSettings, JobImage: jobImage },
    ...{
      JobProgress: jobProgress,
      JobAttempt: jobAttempt,
      Worker: api.worker,
      Jobs: api.jobs,
      Accepted: api.accepted,
      Problem: api.problem,
      ModelInfo: modelInfo,
    },
    ...{ Models: api.models, Samplers: api.samplers, Health: api.health, Ready: api.ready },
    SnapshotMessage: api.snapshotMessage,
  };
  return {
    ...schemasOf(sent, { io: 'input', at: SCHEMAS }),
    ...schemasOf(given, { io: 'output', at: SCHEMAS }),
  };
}

function describe(operation: Operation): object {
  const { id, tag, summary, description, parameters, body, example, answers } = operation;
  const content = body && { 'application/json': { schema: { $ref: SCHEMAS + body }, example } };
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    parameters: parameters.map((each) => ({ ...each, required: each.in === 'path' })),
    ...(content ? { requestBody: { required: operation.id === 'submitImage', content } } : {}),
    responses: Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, response(answer)])),
  };
}

function response({ description, schema, mediaType }: Answer): object {
  if (!schema && !mediaType) return { description };
  const type = mediaType ?? (schema === 'Problem' ? 'application/problem+json' : 'application/json');
  return { description, content: { [type]: schema ? { schema: { $ref: SCHEMAS + schema } } : {} } };
}
