import { jsonResponse, methods } from '../../server/http/methods.ts';
import { formatPositions, POSITION_HEADER, parsePositions } from '../../server/http/position-header.ts';
import { readBody } from '../../server/http/read-body.ts';
import { traceparentOf } from '../../server/http/trace-context.ts';
import { listImages } from '../../server/use-cases/list-images.ts';
import { idempotencyKeyOf, submitImage } from '../../server/use-cases/submit-image.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET({ request, url, runtime }) {
    const { jobs, limit, next } = await listImages(runtime, url.searchParams, {
      after: parsePositions(request.headers.get(POSITION_HEADER)),
      signal: request.signal,
    });
    if (next === null) return jsonResponse(jobs);
    // The same list, further on.
    const query = new URLSearchParams(url.searchParams);
    query.delete('offset');
    query.set('limit', String(limit));
    query.set('cursor', next);
    return jsonResponse(jobs, { headers: { link: `<${runtime.config.publicUrl}/images/?${query}>; rel="next"` } });
  },
  async POST({ request, runtime }) {
    const { answer, location, positions } = await submitImage(runtime, {
      idempotencyKey: idempotencyKeyOf(request.headers.get('idempotency-key')),
      body: await readBody(request),
      traceparent: traceparentOf(request.headers.get('traceparent')),
    });
    return jsonResponse(answer, { status: 202, headers: { location, [POSITION_HEADER]: formatPositions(positions) } });
  },
});
