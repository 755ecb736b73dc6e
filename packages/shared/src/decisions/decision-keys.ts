import { createHash } from 'node:crypto';

/** Where decisions and pictures of a job lie in the object store (the table of PROTOCOL). */
export const decisionKeys = {
  outcome: (jobId: string, epoch: number) => `jobs/${jobId}/${epoch}/outcome.json`,
  failed: (jobId: string, epoch: number, attempt: number) => `jobs/${jobId}/${epoch}/failed/${attempt}.json`,
  request: (jobId: string, epoch: number) => `jobs/${jobId}/${epoch}/request.json`,
  start: (jobId: string, epoch: number, start: number) => `jobs/${jobId}/${epoch}/starts/${start}.json`,
  startEnded: (jobId: string, epoch: number, start: number) => `jobs/${jobId}/${epoch}/starts/${start}.ended.json`,
  starts: (jobId: string, epoch: number) => `jobs/${jobId}/${epoch}/starts/`,
  picture: (jobId: string, epoch: number, sha256: string) => `jobs/${jobId}/${epoch}/${sha256}.png`,
  idempotency: (principal: string, key: string) =>
    `idempotency/${createHash('sha256')
      .update(JSON.stringify([principal, key]))
      .digest('hex')}.json`,
} as const;
