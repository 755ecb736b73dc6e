import { jsonResponse, methods } from '../../server/http/methods.ts';
import { eventSchemas } from '../../server/openapi/event-schemas.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async () => jsonResponse(eventSchemas()),
});
