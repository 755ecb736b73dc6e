import { openEventLog, openObjectStore } from '@darkroom/shared/composition/open-engines';
import { messageOf } from '@darkroom/shared/errors/darkroom-error';
import type { Consumer, Delivery } from '@darkroom/shared/event-log/event-log';
import type { Faults } from '@darkroom/shared/faults/faults';
import { createIds } from '@darkroom/shared/ids/ids';
import { delayUnlessAborted } from '@darkroom/shared/lifecycle/delay';
import { startHealthServer } from '@darkroom/shared/lifecycle/health-server';
import { waitFor } from '@darkroom/shared/lifecycle/wait-for';
import { QUEUE_SOURCES, SIDECARS_SUBSCRIPTION } from '@darkroom/shared/schemas/topics';
import type { Logger } from '@darkroom/shared/telemetry/logger';
import { systemClock } from '@darkroom/shared/time/clock';
import { Cancellations } from './cancellations.ts';
import type { SidecarConfig } from './config.ts';
import { EngineTurn } from './engine-turn.ts';
import type { Generator } from './generator.ts';
import { handleDelivery } from './handle-delivery.ts';
import { createHttpGenerator } from './http-generator.ts';
import { InfrastructureGate } from './infrastructure-gate.ts';
import { untilLogAnswers } from './log-answers.ts';
import { publishModelCatalog } from './model-catalog.ts';
import { QueueControl } from './queue-control.ts';
import type { SidecarContext } from './sidecar-context.ts';
import { WorkerBoard } from './worker-board.ts';

type Dependencies = {
  signal: AbortSignal;
  logger: Logger;
  faults?: Faults | null;
  /** Another engine than the service at `diffusionUrl`. */
  generator?: Generator;
};

/** One job being stored and one being rendered. */
const HELD_JOBS_MAX = 2;
const UNEXPECTED_HAND_BACK_MS = 30_000;
const ENGINE_LOOK_MS = { good: 2000, bad: 100 };

/** Composes a sidecar and runs it: jobs are pulled from the queue topics, rendered by the engine, stored, and settled. */
export async function startSidecar(config: SidecarConfig, dependencies: Dependencies): Promise<AsyncDisposable> {
  const { logger } = dependencies;
  await using stack = new AsyncDisposableStack();
  const log = stack.use(await openEventLog(config.eventLog, dependencies));
  const store = stack.use(await openObjectStore(config.objectStore, { ...dependencies, decides: true }));
  // `asking` ends first: nothing new is pulled. `working` ends at the drain deadline: renderings are aborted.
  const asking = new AbortController();
  const working = new AbortController();
  const clock = systemClock;
  const { workerId, statusEveryMs, workerSilentMs, delayFactor } = config;
  const gate = new InfrastructureGate(logger, working.signal);
  const board = new WorkerBoard({ log, clock, workerId, statusEveryMs, workerSilentMs });
  const cancellations = new Cancellations(log, gate);
  const control = new QueueControl(log, gate);
  const context: SidecarContext = {
    ...{
      workerId,
      log,
      store,
      gate,
      board,
      cancellations,
      control,
      clock,
      logger,
      delayFactor,
      signal: working.signal,
    },
    generator: dependencies.generator ?? createHttpGenerator(config.diffusionUrl),
    turn: new EngineTurn(),
    ids: createIds(clock),
  };
  gate.set('engine', 'the engine has not answered yet');
  gate.onChange = () => void board.tell();
  board.describe = () => describe(gate, control, board, asking.signal);
  stack.use(
    await startHealthServer({
      ...config.health,
      readiness: () => ({
        ready: gate.reasons.length + gate.notes.length === 0,
        reasons: [...gate.reasons, ...gate.notes],
      }),
    }),
  );
  // The setup of the log may come after this process, which until then is not ready and says why.
  const { signal: starting } = dependencies;
  await gate.through('log', () => cancellations.open(starting), starting);
  await gate.through('log', () => control.open(starting), starting);
  const joining = () => log.consume(SIDECARS_SUBSCRIPTION, QUEUE_SOURCES, dependencies);
  const consumer = stack.use(await gate.through('log', joining, starting));
  const background = [
    cancellations.follow(working.signal),
    control.follow(working.signal),
    board.follow(working.signal),
    board.tellRegularly(working.signal),
    publishModelCatalog(context, working.signal),
    watchEngine(context, working.signal),
  ];
  const pulling = pullJobs(context, { consumer, signal: asking.signal });
  logger.info({ workerId }, 'the sidecar is running');
  stack.defer(async () => {
    asking.abort(new Error('the sidecar stops'));
    if ((await waitFor(pulling, { withinMs: config.drainDeadlineMs })) === null)
      working.abort(new Error('the sidecar stops'));
    await pulling;
    working.abort(new Error('the sidecar stops'));
    await Promise.all(background);
    await board.tellStopped();
  });
  return stack.move();
}

function describe(gate: InfrastructureGate, control: QueueControl, board: WorkerBoard, stopping: AbortSignal) {
  const reason = gate.reasons[0] ?? null;
  if (stopping.aborted) return { state: 'stopping', reason: null } as const;
  if (board.heldJobs > 0 && reason === null) return { state: 'rendering', reason } as const;
  if (reason !== null) return { state: 'waiting', reason } as const;
  return { state: control.paused ? 'paused' : 'idle', reason } as const;
}

/** Keeps the gate's word on the engine: a failed call closes it, a good probe opens it again. */
async function watchEngine({ generator, gate }: SidecarContext, signal: AbortSignal): Promise<void> {
  for (let sinceProbeMs = 0; !signal.aborted; sinceProbeMs += ENGINE_LOOK_MS.bad) {
    if (gate.has('engine') || sinceProbeMs >= ENGINE_LOOK_MS.good) {
      const trouble = await generator.trouble({ signal }).catch((error: unknown) => messageOf(error));
      if (!signal.aborted) gate.set('engine', trouble);
      sinceProbeMs = 0;
    }
    await delayUnlessAborted(ENGINE_LOOK_MS.bad, signal);
  }
}

type Pulling = { consumer: Consumer; signal: AbortSignal };

/**
 * Asks for the next job whenever one is wanted and may be had; resolves true when all it began has ended.
 * On a pause the pull is aborted, after which the port holds nothing for this worker; the consumer stays open for the job that is
 * being rendered, which would otherwise be delivered a second time.
 */
async function pullJobs(context: SidecarContext, { consumer, signal }: Pulling): Promise<true> {
  const { turn, gate, control } = context;
  const jobs = new Set<Promise<void>>();
  while (!signal.aborted) {
    try {
      while (jobs.size >= HELD_JOBS_MAX) await waitFor(Promise.race(jobs), { signal });
      await turn.wanted(signal);
      await gate.open(signal);
      await waitFor(control.running, { signal });
      const delivery = await consumer.pull({ signal: AbortSignal.any([signal, control.pausing]) });
      gate.set('queue', null);
      const job = work(context, delivery).finally(() => jobs.delete(job));
      jobs.add(job);
    } catch (error) {
      if (signal.aborted || control.paused) continue;
      gate.set('queue', messageOf(error));
      await untilLogAnswers(context.log, QUEUE_SOURCES[0].topic, signal);
      gate.set('queue', null);
    }
  }
  await Promise.all(jobs);
  return true;
}

async function work(context: SidecarContext, delivery: Delivery): Promise<void> {
  const { turn, gate, signal, logger } = context;
  const ticket = turn.ask();
  try {
    await handleDelivery(context, delivery, ticket);
  } catch (error) {
    if (signal.aborted) return;
    logger.error({ error, jobId: delivery.key }, 'a delivery failed unexpectedly; it comes again later');
    await gate.through('log', () => delivery.handBack(UNEXPECTED_HAND_BACK_MS)).catch(() => undefined);
  } finally {
    turn.settle(ticket);
  }
}
