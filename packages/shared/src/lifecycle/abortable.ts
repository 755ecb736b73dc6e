/** The last parameter of every async verb. */
export type Abortable = { signal?: AbortSignal | undefined };
