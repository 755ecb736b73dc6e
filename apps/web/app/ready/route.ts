import { jsonResponse, methods } from '../../server/http/methods.ts';

/** Readiness: jobs can be accepted; else every reason why not. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET({ runtime }) {
    const reasons = await runtime.readiness.reasons();
    if (reasons.length === 0) return jsonResponse({ status: 'ok', reasons });
    return jsonResponse({ status: 'not ready', reasons }, { status: 503, headers: { 'retry-after': '1' } });
  },
});
