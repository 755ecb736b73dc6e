import { streamEvents } from '../use-cases/stream-events.ts';
import type { RouteRequest } from './methods.ts';
import { POSITION_HEADER, parsePositions } from './position-header.ts';

/** The answer of both event routes. `no-transform` keeps compression away, which would hold messages back. */
export async function eventResponse({ request, runtime }: RouteRequest, jobId: string | null): Promise<Response> {
  const stream = await streamEvents(runtime, jobId, {
    after: parsePositions(request.headers.get(POSITION_HEADER)),
    signal: request.signal,
    lastEventId: request.headers.get('last-event-id'),
  });
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}
