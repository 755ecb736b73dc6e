/** The cursor of the page that follows, from the `Link` header (RFC 8288) of a list; null at its end. */
export function nextCursor(link: string | null): string | null {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(link ?? '')?.[1];
  return target === undefined ? null : new URL(target, 'http://any').searchParams.get('cursor');
}
