import { LISTED_STATUSES } from '../use-cases/list-images.ts';

/** What the API offers, in words: the OpenAPI document and the reference page are both made from it. */
type Parameter = {
  name: string;
  in: 'path' | 'query' | 'header';
  description: string;
  schema: Record<string, unknown>;
};
export type Answer = { description: string; schema?: string; mediaType?: string };
export type Operation = {
  id: string;
  method: 'get' | 'post';
  path: string;
  tag: 'Images' | 'Events' | 'Server';
  summary: string;
  description: string;
  parameters: readonly Parameter[];
  /** Name of the body's schema. */
  body?: string;
  /** A body to try, as in the curl example. */
  example?: unknown;
  answers: Readonly<Record<number, Answer>>;
};

const ID: Parameter = {
  name: 'id',
  in: 'path',
  description: 'The id of the job; any spelling of the UUID is taken.',
  schema: { type: 'string', format: 'uuid' },
};
const AFTER: Parameter = {
  name: 'X-Darkroom-Position',
  in: 'header',
  description: 'As the last change answered it: this answer is then at least as new, whichever replica gives it.',
  schema: { type: 'string' },
};
const LAST_EVENT: Parameter = {
  name: 'Last-Event-ID',
  in: 'header',
  description: 'The id of the last message before a cut; browsers send it by themselves.',
  schema: { type: 'string' },
};

const PROBLEMS = {
  404: { description: 'There is no such job.', schema: 'Problem' },
  409: { description: 'The job is in another state; `job_status` says in which.', schema: 'Problem' },
  422: { description: 'One entry in `errors` for each wrong field.', schema: 'Problem' },
  503: { description: 'Not ready yet, or a part is away; `Retry-After` says when to ask again.', schema: 'Problem' },
} as const satisfies Record<number, Answer>;
const BODY_PROBLEMS = {
  400: { description: 'The body is not valid JSON, or not UTF-8.', schema: 'Problem' },
  413: { description: 'The body has more than 24 KiB.', schema: 'Problem' },
  415: { description: 'The body is not `application/json`.', schema: 'Problem' },
} as const satisfies Record<number, Answer>;

const STREAM = 'text/event-stream';
const EXAMPLE_REQUEST = {
  generation_settings: { prompt: 'A dog', seed: 42, steps: 20 },
  metadata: { grouping: 'first/try' },
};

export const OPERATIONS: readonly Operation[] = [
  {
    id: 'submitImage',
    method: 'post',
    path: '/images/',
    tag: 'Images',
    summary: 'Ask for pictures',
    description:
      'Answered only after the request is durable in the event log: from then on it is never lost. With an `Idempotency-Key` a repeat within 24 hours gives the same job and the same answer, so a client may try again without fear.',
    parameters: [
      {
        name: 'Idempotency-Key',
        in: 'header',
        description: '1 to 255 visible ASCII characters; one key stands for one request.',
        schema: { type: 'string', maxLength: 255 },
      },
      {
        name: 'traceparent',
        in: 'header',
        description: 'W3C trace context, carried through every event of the job.',
        schema: { type: 'string' },
      },
    ],
    body: 'ImageRequest',
    example: EXAMPLE_REQUEST,
    answers: {
      202: { description: 'Accepted; `Location` is the job.', schema: 'Accepted' },
      ...BODY_PROBLEMS,
      422: PROBLEMS[422],
      503: PROBLEMS[503],
    },
  },
  {
    id: 'getImage',
    method: 'get',
    path: '/images/{id}/',
    tag: 'Images',
    summary: 'Read a job',
    description:
      '`image_url` and `complete_time` are null until the job is completed. `generation_settings` are as they were sent, with every default and the true seed filled in.',
    parameters: [ID, AFTER],
    answers: {
      200: { description: 'The job.', schema: 'Job' },
      404: PROBLEMS[404],
      422: PROBLEMS[422],
      503: PROBLEMS[503],
    },
  },
  {
    id: 'listImages',
    method: 'get',
    path: '/images/',
    tag: 'Images',
    summary: 'List jobs, newest first',
    description:
      'Page by `cursor`, which neither repeats nor skips a job while new ones arrive: the `Link` header with `rel="next"` is the next page.',
    parameters: [
      {
        name: 'limit',
        in: 'query',
        description: 'Jobs in a page.',
        schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
      },
      {
        name: 'cursor',
        in: 'query',
        description: 'The id of the last job of the page before.',
        schema: { type: 'string' },
      },
      {
        name: 'offset',
        in: 'query',
        description: 'Jobs to skip; not together with `cursor`.',
        schema: { type: 'integer', minimum: 0 },
      },
      {
        name: 'status',
        in: 'query',
        description: 'Only jobs of this status.',
        schema: { type: 'string', enum: [...LISTED_STATUSES] },
      },
      { name: 'model', in: 'query', description: 'Only jobs of this model.', schema: { type: 'string' } },
      {
        name: 'grouping',
        in: 'query',
        description: 'Only jobs with this `metadata.grouping`.',
        schema: { type: 'string' },
      },
      AFTER,
    ],
    answers: { 200: { description: 'The jobs.', schema: 'Jobs' }, 422: PROBLEMS[422], 503: PROBLEMS[503] },
  },
  {
    id: 'getImageFile',
    method: 'get',
    path: '/images/{id}/files/{index}',
    tag: 'Images',
    summary: 'Get a picture',
    description:
      'The PNG with its settings inside, or a redirect to a fresh link where the pictures lie in S3. Takes `Range` and `If-None-Match`; the address never changes. `?download` gives it a file name.',
    parameters: [
      ID,
      { name: 'index', in: 'path', description: 'Counted from 0.', schema: { type: 'integer', minimum: 0 } },
      { name: 'download', in: 'query', description: 'Present: as an attachment.', schema: { type: 'string' } },
    ],
    answers: {
      200: { description: 'The picture.', mediaType: 'image/png' },
      206: { description: 'The part that `Range` asked for.', mediaType: 'image/png' },
      302: { description: 'A fresh link in `Location`.' },
      304: { description: 'Unchanged.' },
      404: PROBLEMS[404],
      416: { description: 'The picture is shorter than that.', schema: 'Problem' },
    },
  },
  {
    id: 'cancelImage',
    method: 'post',
    path: '/images/{id}/cancel',
    tag: 'Images',
    summary: 'Cancel a job',
    description: 'Pictures that were finished before are kept. Cancelling twice is cancelling once.',
    parameters: [ID],
    body: 'CancelRequest',
    example: {},
    answers: {
      200: { description: 'The job is cancelled.', schema: 'Job' },
      ...BODY_PROBLEMS,
      404: PROBLEMS[404],
      409: PROBLEMS[409],
      422: PROBLEMS[422],
      503: PROBLEMS[503],
    },
  },
  {
    id: 'replayImage',
    method: 'post',
    path: '/images/{id}/replay',
    tag: 'Images',
    summary: 'Try a failed or cancelled job again',
    description:
      'The same job with the same seed, as its next epoch. With `epoch`, the one that is replayed, a repeat is harmless: it is one replay.',
    parameters: [ID],
    body: 'ReplayRequest',
    example: { epoch: 0 },
    answers: {
      202: { description: 'Accepted.', schema: 'Accepted' },
      ...BODY_PROBLEMS,
      404: PROBLEMS[404],
      409: PROBLEMS[409],
      422: PROBLEMS[422],
      503: PROBLEMS[503],
    },
  },
  {
    id: 'streamEvents',
    method: 'get',
    path: '/events',
    tag: 'Events',
    summary: 'Follow everything',
    description:
      'Server-sent events: `snapshot` first, then `job` (whole, as the API gives it), `progress`, `models` and `workers`. After a cut a browser goes on where it was.',
    parameters: [LAST_EVENT, AFTER],
    answers: { 200: { description: 'The stream.', mediaType: STREAM, schema: 'SnapshotMessage' } },
  },
  {
    id: 'streamImageEvents',
    method: 'get',
    path: '/images/{id}/events',
    tag: 'Events',
    summary: 'Follow one job',
    description: 'The same stream with the messages of this job only.',
    parameters: [ID, LAST_EVENT, AFTER],
    answers: {
      200: { description: 'The stream.', mediaType: STREAM, schema: 'SnapshotMessage' },
      404: PROBLEMS[404],
      422: PROBLEMS[422],
    },
  },
  {
    id: 'listModels',
    method: 'get',
    path: '/models',
    tag: 'Server',
    summary: 'List models',
    description: 'What the workers can draw with. Requests that name no model get `default_model`.',
    parameters: [],
    answers: { 200: { description: 'The models.', schema: 'Models' }, 503: PROBLEMS[503] },
  },
  {
    id: 'listSamplers',
    method: 'get',
    path: '/samplers',
    tag: 'Server',
    summary: 'List samplers and schedules',
    description:
      'Each with every name it may be called by; upper case, spaces, hyphens and underscores do not matter. A schedule is asked for as ' +
      '`scheduler`, or at the end of a sampler\'s name ("DPM++ 2M Karras").',
    parameters: [],
    answers: { 200: { description: 'The samplers and schedules.', schema: 'Samplers' } },
  },
  {
    id: 'getHealth',
    method: 'get',
    path: '/health/',
    tag: 'Server',
    summary: 'Liveness',
    description: 'The process answers.',
    parameters: [],
    answers: { 200: { description: 'It does.', schema: 'Health' } },
  },
  {
    id: 'getReadiness',
    method: 'get',
    path: '/ready',
    tag: 'Server',
    summary: 'Readiness',
    description: 'Jobs can be accepted; else every reason why not.',
    parameters: [],
    answers: {
      200: { description: 'Ready.', schema: 'Ready' },
      503: { description: 'Not ready, with the reasons.', schema: 'Ready' },
    },
  },
];
