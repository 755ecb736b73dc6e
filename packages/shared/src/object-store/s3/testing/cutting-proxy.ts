import { connect, createServer, type Socket } from 'node:net';

/** What happens to the answers of requests of these methods; `times` of them. */
type Cut = {
  methods: string[];
  times: number;
  /** `answer`: the connection breaks after the server answered, before the client hears of it. `body`: after the headers and some bytes. */
  where: 'answer' | 'body';
};

export type CuttingProxy = AsyncDisposable & {
  url: string;
  /** Methods of the requests that came, in their order. */
  requests: string[];
  cut(cut: Cut): void;
};

const REQUEST_LINE = /^([A-Z]+) \S+ HTTP\/1\.1\r\n/;
/** Enough of an answer to have its headers and a beginning of its body. */
const BODY_CUT_BYTES = 2000;

/** A wire between client and server that breaks when told to. The server has done what it was asked by then. */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let cut: Cut | null = null;

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let method = '';
    let answered = 0;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (chunk) => {
      const [, begun] = REQUEST_LINE.exec(chunk.toString('latin1')) ?? [];
      if (begun !== undefined) {
        method = begun;
        answered = 0;
        requests.push(begun);
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      const isInterim = chunk.toString('latin1').startsWith('HTTP/1.1 100');
      if (isInterim || !cut?.methods.includes(method) || cut.times === 0) {
        client.write(chunk);
        return;
      }
      const room = cut.where === 'answer' ? 0 : BODY_CUT_BYTES - answered;
      answered += chunk.length;
      if (room > 0) client.write(chunk.subarray(0, room));
      if (chunk.length < room) return;
      cut.times -= 1;
      // After what was written has left, so that the client sees a part and then the end.
      client.end(end);
      upstream.destroy();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    cut: (next) => {
      cut = { ...next };
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
