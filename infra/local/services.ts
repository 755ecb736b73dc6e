/** `npm run services:up [-- s3 pulsar --fresh]` and `npm run services:down`: the real servers on this machine. */
import { join } from 'node:path';
import { SERVICES } from './services/all-services.ts';
import { type ServiceName, ServiceRefusal } from './services/service.ts';
import { removeData, stopProcess } from './services/service-process.ts';
import { servicesFolder, startServices } from './services/start-services.ts';

const USAGE = 'Usage: npm run services:up [-- s3 pulsar --fresh], npm run services:down [-- s3 pulsar --fresh]';

async function up(which: readonly ServiceName[], fresh: boolean): Promise<void> {
  if (fresh) await down(which, true);
  const { running, environment } = await startServices({ which, outlive: true });
  for (const { title, ports, wasRunning } of running) {
    const where = Object.values(ports).join(', ');
    console.log(`${title} ${wasRunning ? 'is already running' : 'runs'} on 127.0.0.1, port ${where}.`);
  }
  console.log('\nProcesses of Darkroom use them with:\n');
  for (const [name, value] of Object.entries(environment)) console.log(`export ${name}=${value}`);
}

async function down(which: readonly ServiceName[], fresh: boolean): Promise<void> {
  for (const { name, title } of SERVICES.filter((service) => which.includes(service.name))) {
    const folder = join(servicesFolder(), name);
    console.log(`${title} ${(await stopProcess(folder)) ? 'is stopped' : 'was not running'}.`);
    if (fresh) removeData(folder);
  }
}

try {
  const [verb, ...rest] = process.argv.slice(2);
  const fresh = rest.includes('--fresh');
  const names = rest.filter((word) => word !== '--fresh');
  const which = SERVICES.map(({ name }) => name).filter((name) => names.length === 0 || names.includes(name));
  const unknown = names.find((word) => !SERVICES.some(({ name }) => name === word));
  if (unknown !== undefined || (verb !== 'up' && verb !== 'down')) throw new ServiceRefusal(USAGE);
  await (verb === 'up' ? up : down)(which, fresh);
} catch (error) {
  console.error(error instanceof ServiceRefusal ? error.message : error);
  process.exitCode = 1;
}
