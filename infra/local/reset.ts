/** `npm run reset`: removes everything that Darkroom keeps on this machine: events, pictures, read models. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { dataFolder, removeData, takeFolder } from './data-folder.ts';
import { SERVICES } from './services/all-services.ts';
import { runningIn } from './services/service-process.ts';
import { ROOT } from './stack.ts';

const data = dataFolder(ROOT);
if (!existsSync(data)) {
  console.log(`There is nothing to remove: ${data} does not exist.`);
} else if (!takeFolder(data)) {
  console.error('Darkroom is running: stop it first (Ctrl-C in its terminal).');
  process.exitCode = 1;
} else if (SERVICES.some(({ name }) => runningIn(join(data, 'services', name)) !== null)) {
  console.error('Its servers are running: stop them first (npm run services:down).');
  process.exitCode = 1;
} else if (process.argv.includes('--yes') || (await confirmed())) {
  console.log(
    removeData(data) ? `Removed the jobs and pictures in ${data}.` : `There is nothing of Darkroom in ${data}.`,
  );
} else {
  console.log('Nothing was removed.');
}

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    console.error('Add --yes to remove all jobs and pictures without being asked.');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Remove all jobs and pictures in ${data}? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
