import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@darkroom/shared/errors/darkroom-error';
import { faultsFrom } from '@darkroom/shared/faults/faults';
import { followSupervisor } from '@darkroom/shared/lifecycle/follow-supervisor';
import { createLogger, type Logger } from '@darkroom/shared/telemetry/logger';
import { startWeb } from './composition.ts';
import { type WebConfig, webConfig } from './config.ts';
import { restoreContentLength } from './http/content-length.ts';
import { standBefore } from './http/front.ts';
import { httpServers, listeningAddresses, refuseBeyondLoopback } from './listening.ts';
import { installedRuntime, installRuntime, type WebRuntime } from './runtime.ts';

/** Starts the web process: once, before its first request. A start that fails is one sentence and exit code 1. */
export async function bootWeb(): Promise<void> {
  if (installedRuntime()) return;
  try {
    const config = webConfig(process.env);
    refuseBeyondLoopback(listeningAddresses(), config.host);
    const logger = createLogger('web');
    const runtime = await startWeb(config, { logger, faults: faultsFrom(process.env) });
    installRuntime(runtime);
    for (const server of httpServers()) {
      standBefore(server);
      restoreContentLength(server);
    }
    stopOnSignals(runtime, config, logger);
    logger.info({ url: config.publicUrl }, 'web is ready to answer');
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
}

function stopOnSignals(runtime: WebRuntime & AsyncDisposable, config: WebConfig, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(130);
    stopping = true;
    logger.info({ signal }, 'stopping');
    void stopWeb(runtime, config.drainDeadlineMs).then((inTime) => {
      logger.info({}, inTime ? 'stopped' : 'stopped at the deadline, with requests that had not ended');
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  followSupervisor(process.env['SUPERVISOR_PID']);
}

/** Streams end first, since they would never end by themselves; then running requests have their time. */
async function stopWeb(runtime: WebRuntime & AsyncDisposable, deadlineMs: number): Promise<boolean> {
  runtime.hub.closeStreams();
  const servers = httpServers();
  const closed = Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const idle = setInterval(() => {
    for (const server of servers) server.closeIdleConnections();
  }, 50);
  const inTime = await Promise.race([closed.then(() => true), sleep(deadlineMs, false)]);
  clearInterval(idle);
  for (const server of servers) server.closeAllConnections();
  await runtime[Symbol.asyncDispose]();
  return inTime;
}
