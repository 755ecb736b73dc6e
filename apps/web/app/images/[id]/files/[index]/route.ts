import { LENGTH_HEADER } from '../../../../../server/http/content-length.ts';
import { methods } from '../../../../../server/http/methods.ts';
import { POSITION_HEADER, parsePositions } from '../../../../../server/http/position-header.ts';
import { getImageFile } from '../../../../../server/use-cases/get-image-file.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET({ request, url, runtime, parameters }) {
    const { status, headers, body } = await getImageFile(runtime, parameters['id'] ?? '', parameters['index'] ?? '', {
      after: parsePositions(request.headers.get(POSITION_HEADER)),
      signal: request.signal,
      headers: request.headers,
      headersOnly: request.method === 'HEAD',
      download: url.searchParams.has('download'),
    });
    // A copy that is surely not shared memory, which the type of a body asks for.
    const response = new Response(body && new Uint8Array(body), { status, headers });
    const length = headers['content-length'];
    if (length !== undefined) response.headers.set(LENGTH_HEADER, length);
    return response;
  },
});
