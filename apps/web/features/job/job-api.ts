import { type Accepted, accepted, jobs, type Problem, problem } from '@darkroom/shared/schemas/api';
import { type Job, job } from '@darkroom/shared/schemas/job';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { nextCursor } from './link-header.ts';

/** What the server said instead of doing it. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem | null;
  constructor(status: number, said: Problem | null) {
    super(
      said?.detail ?? (status === 0 ? 'The server does not answer.' : `The server answered with status ${status}.`),
    );
    this.status = status;
    this.problem = said;
  }
}

const POSITION_HEADER = 'X-Darkroom-Position';
const PAGE_SIZE = 60;
/** The last position a mutation gave; sent back, so that any replica answers at least as new. */
let position: string | null = null;

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (position !== null) headers.set(POSITION_HEADER, position);
  const response = await fetch(path, { ...init, headers }).catch(() => null);
  if (response === null) throw new ApiError(0, null);
  position = response.headers.get(POSITION_HEADER) ?? position;
  if (response.ok) return response;
  throw new ApiError(response.status, problem.safeParse(await response.json().catch(() => null)).data ?? null);
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return await call(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const SUBMIT_TRIES = 4;
const SUBMIT_RETRY_MS = 700;

/** One press is one job: a request whose answer was lost is made again under its key. */
export async function submitImage(body: object): Promise<Accepted> {
  const key = crypto.randomUUID();
  for (let tries = 1; ; tries += 1) {
    try {
      return accepted.parse(await (await post('/images/', body, { 'Idempotency-Key': key })).json());
    } catch (error) {
      const lost = error instanceof ApiError && (error.status === 0 || error.status === 503);
      if (!lost || tries === SUBMIT_TRIES) throw error;
      await new Promise((wake) => setTimeout(wake, SUBMIT_RETRY_MS * tries));
    }
  }
}

export async function cancelJob(id: string): Promise<Job> {
  return job.parse(await (await post(`/images/${id}/cancel`, {})).json());
}

/** Names the epoch that is replayed, so that pressing twice is one replay. */
export async function replayJob({ id, epoch }: Pick<Job, 'id' | 'epoch'>): Promise<Accepted> {
  return accepted.parse(await (await post(`/images/${id}/replay`, { epoch })).json());
}

export async function fetchJob(id: string): Promise<Job> {
  return job.parse(await (await call(`/images/${id}/`)).json());
}

export function jobOptions(id: string) {
  return queryOptions({
    queryKey: ['job', id],
    queryFn: () => fetchJob(id),
    retry: (failures, error) => failures < 3 && !(error instanceof ApiError && error.status < 500 && error.status > 0),
  });
}

/** The gallery, page by page, newest first; a page starts after the last job of the one before, so new ones shift nothing. */
export function jobPagesOptions() {
  return infiniteQueryOptions({
    queryKey: ['job-pages'],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }) => {
      const cursor = pageParam === null ? '' : `&cursor=${encodeURIComponent(pageParam)}`;
      const response = await call(`/images/?limit=${PAGE_SIZE}${cursor}`);
      return { jobs: jobs.parse(await response.json()), next: nextCursor(response.headers.get('Link')) };
    },
    getNextPageParam: ({ next }) => next,
  });
}
