import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { S3StoreConfig } from '../../../config/s3-store.ts';
import { s3TestConfig } from './test-bucket.ts';

export type FakeRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: string };

export type FakeS3 = AsyncDisposable & { config: S3StoreConfig; requests: FakeRequest[] };

/** A server that answers as the test says, for what no real server does when asked. An empty answer is 200 of S3. */
export async function startFakeS3(
  answer: (request: FakeRequest, response: ServerResponse) => void | Promise<void>,
): Promise<FakeS3> {
  const requests: FakeRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, path: url, headers, body: Buffer.concat(chunks).toString('latin1') };
      requests.push(request);
      void answer(request, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    requests,
    config: s3TestConfig({
      S3_TEST_ENDPOINT: `http://127.0.0.1:${address.port}`,
      S3_TEST_ACCESS_KEY_ID: 'key',
      S3_TEST_SECRET_ACCESS_KEY: 'secret',
    }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** What an S3 server says of most requests when nothing is wrong. */
export function answerWell({ method, path }: FakeRequest, response: ServerResponse): void {
  const query = new URL(path, 'http://fake').searchParams;
  response.setHeader('etag', '"tag"');
  if (query.has('list-type')) sendXml(response, 200, 'ListBucketResult', '');
  else if (query.has('uploads')) sendXml(response, 200, 'InitiateMultipartUploadResult', '<UploadId>upload</UploadId>');
  else if (method === 'POST') sendXml(response, 200, 'CompleteMultipartUploadResult', '<ETag>"tag"</ETag>');
  else response.writeHead(method === 'DELETE' ? 204 : 200).end();
}

export function refuseWith(response: ServerResponse, status: number, code: string): void {
  sendXml(response, status, 'Error', `<Code>${code}</Code><Message>The server said ${code}</Message>`);
}

function sendXml(response: ServerResponse, status: number, root: string, content: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><${root}>${content}</${root}>`);
}
