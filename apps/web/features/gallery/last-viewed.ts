let lastViewed: string | null = null;

/** Remembers the job whose details are open, so that the gallery can show where one was. */
export function rememberViewed(id: string): void {
  lastViewed = id;
}

/** The job whose details were closed last; told once. */
export function takeLastViewed(): string | null {
  const id = lastViewed;
  lastViewed = null;
  return id;
}

/** The element of a job in the gallery. */
export function tileId(jobId: string): string {
  return `tile-${jobId}`;
}
