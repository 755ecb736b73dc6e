import { jsonResponse, methods } from '../../server/http/methods.ts';
import { listModels } from '../../server/use-cases/list-models.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async ({ runtime }) => jsonResponse(listModels(runtime)),
});
