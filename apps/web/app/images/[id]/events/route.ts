import { eventResponse } from '../../../../server/http/event-response.ts';
import { methods } from '../../../../server/http/methods.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: (route) => eventResponse(route, route.parameters['id'] ?? ''),
});
