import { jsonResponse, methods } from '../../../../server/http/methods.ts';
import { formatPositions, POSITION_HEADER } from '../../../../server/http/position-header.ts';
import { readBody } from '../../../../server/http/read-body.ts';
import { replayImage } from '../../../../server/use-cases/replay-image.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async POST({ request, runtime, parameters }) {
    const { answer, location, positions } = await replayImage(runtime, parameters['id'] ?? '', {
      body: await readBody(request),
      signal: request.signal,
    });
    return jsonResponse(answer, { status: 202, headers: { location, [POSITION_HEADER]: formatPositions(positions) } });
  },
});
