import { jsonResponse, methods } from '../../server/http/methods.ts';
import { openApiDocument } from '../../server/openapi/openapi-document.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async ({ runtime }) => jsonResponse(openApiDocument(runtime.config.publicUrl)),
});
