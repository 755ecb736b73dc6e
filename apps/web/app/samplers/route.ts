import { jsonResponse, methods } from '../../server/http/methods.ts';
import { listSamplers } from '../../server/use-cases/list-samplers.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async () => jsonResponse(listSamplers()),
});
