/**
 * `npm run log:copy`: copies the embedded event log (DARKROOM_DATA) into Pulsar (the PULSAR_ variables), which `npm run pulsar:setup` has
 * prepared. The platform must be stopped; the embedded log stays as it is.
 */
import { openEventLog } from '@darkroom/shared/composition/open-engines';
import { enginesConfig, enginesEnvironment } from '@darkroom/shared/config/engines';
import { parseEnvironment } from '@darkroom/shared/config/parse-environment';
import { pulsarConfig, pulsarEnvironment } from '@darkroom/shared/config/pulsar';
import { messageOf } from '@darkroom/shared/errors/darkroom-error';
import { copyLog } from '@darkroom/shared/event-log/copy-log';
import { PERSISTENT_TOPICS } from '@darkroom/shared/schemas/topics';
import { refuseUsedFolder } from './data-folder.ts';

try {
  const { DARKROOM_DATA } = process.env;
  refuseUsedFolder();
  const embedded = enginesConfig(parseEnvironment(enginesEnvironment, { DARKROOM_DATA })).eventLog;
  await using from = await openEventLog(embedded);
  await using to = await openEventLog(pulsarConfig(parseEnvironment(pulsarEnvironment, process.env)));
  for (const [topic, count] of await copyLog(from, to, PERSISTENT_TOPICS)) console.log(`${count} copied: ${topic}`);
  console.log('Done.');
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
