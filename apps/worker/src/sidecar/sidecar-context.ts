import type { EventLog } from '@darkroom/shared/event-log/event-log';
import type { Ids } from '@darkroom/shared/ids/ids';
import type { ObjectStore } from '@darkroom/shared/object-store/object-store';
import type { Logger } from '@darkroom/shared/telemetry/logger';
import type { Clock } from '@darkroom/shared/time/clock';
import type { Cancellations } from './cancellations.ts';
import type { EngineTurn } from './engine-turn.ts';
import type { Generator } from './generator.ts';
import type { InfrastructureGate } from './infrastructure-gate.ts';
import type { QueueControl } from './queue-control.ts';
import type { WorkerBoard } from './worker-board.ts';

/** What the steps of a delivery work with. */
export type SidecarContext = {
  workerId: string;
  log: EventLog;
  store: ObjectStore;
  generator: Generator;
  gate: InfrastructureGate;
  turn: EngineTurn;
  board: WorkerBoard;
  cancellations: Cancellations;
  control: QueueControl;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  delayFactor: number;
  /** Aborts renderings: the deadline of a stop, or a lost machine. */
  signal: AbortSignal;
};
