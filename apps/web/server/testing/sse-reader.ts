export type SseMessage = { event: string; data: unknown; id: string | undefined };

export type SseReader = AsyncDisposable & {
  /** The next message, of this event and kind where they are given; others are passed over. */
  next(event?: string, matches?: (message: SseMessage) => boolean): Promise<SseMessage>;
  /** Names of all fields that came. */
  fieldNames(): Set<string>;
};

/** Reads an event stream as the standard says (WHATWG HTML, 9.2.6): lines end with CR LF, LF or a lone CR. */
export function sseReader(response: Response): SseReader {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const names = new Set<string>();
  let text = '';
  async function nextBlock(): Promise<string[][]> {
    for (;;) {
      const end = /(\r\n|\r|\n)(\r\n|\r|\n)/.exec(text);
      if (end) {
        const block = text.slice(0, end.index);
        text = text.slice(end.index + end[0].length);
        return block.split(/\r\n|\r|\n/).map((line) => {
          const colon = line.indexOf(':');
          return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
        });
      }
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error('the stream ended');
      text += value;
    }
  }
  return {
    async next(event, matches = () => true) {
      for (;;) {
        const fields = await nextBlock();
        for (const [name = ''] of fields) if (name !== '') names.add(name);
        const field = (name: string) => fields.findLast(([each]) => each === name)?.[1];
        const data = field('data');
        if (data === undefined) continue;
        const message = { event: field('event') ?? 'message', data: JSON.parse(data) as unknown, id: field('id') };
        if ((event === undefined || message.event === event) && matches(message)) return message;
      }
    },
    fieldNames: () => names,
    async [Symbol.asyncDispose]() {
      await reader?.cancel();
    },
  };
}
