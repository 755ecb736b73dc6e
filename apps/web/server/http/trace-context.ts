const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The W3C trace context that a request brings, or null if it is none (https://www.w3.org/TR/trace-context/). */
export function traceparentOf(header: string | null): string | null {
  return header !== null && TRACEPARENT.test(header) ? header : null;
}
