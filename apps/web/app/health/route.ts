import { jsonResponse, methods } from '../../server/http/methods.ts';

/** Liveness: the process answers. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async () => jsonResponse({ status: 'ok' }),
});
