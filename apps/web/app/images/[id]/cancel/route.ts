import { jsonResponse, methods } from '../../../../server/http/methods.ts';
import { formatPositions, POSITION_HEADER } from '../../../../server/http/position-header.ts';
import { readBody } from '../../../../server/http/read-body.ts';
import { cancelImage } from '../../../../server/use-cases/cancel-image.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async POST({ request, runtime, parameters }) {
    const body = await readBody(request);
    const { job, positions } = await cancelImage(runtime, parameters['id'] ?? '', { body, signal: request.signal });
    return jsonResponse(job, { headers: { [POSITION_HEADER]: formatPositions(positions) } });
  },
});
