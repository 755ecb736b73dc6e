import { jsonResponse, methods } from '../../../server/http/methods.ts';
import { POSITION_HEADER, parsePositions } from '../../../server/http/position-header.ts';
import { getImage } from '../../../server/use-cases/get-image.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET({ request, runtime, parameters }) {
    const after = parsePositions(request.headers.get(POSITION_HEADER));
    return jsonResponse(await getImage(runtime, parameters['id'] ?? '', { after, signal: request.signal }));
  },
});
