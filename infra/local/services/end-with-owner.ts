/** Stops services whose owner is gone: nobody else would, after a `kill -9` of a test run. Parameters: the owner's process number, then folders. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '@darkroom/shared/lifecycle/follow-supervisor';
import { stopProcess } from './service-process.ts';

const LOOK_EVERY_MS = 500;

const [owner, ...folders] = process.argv.slice(2);
while (isRunning(Number(owner))) await sleep(LOOK_EVERY_MS);
await Promise.all(folders.map(stopProcess));
