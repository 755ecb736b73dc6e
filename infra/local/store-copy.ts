/**
 * `npm run store:copy`: copies pictures and decisions of the embedded folder (DARKROOM_DATA) into the bucket that the S3_ variables name.
 * The platform must be stopped; the folder stays as it is.
 */
import { openObjectStore } from '@darkroom/shared/composition/open-engines';
import { enginesConfig, enginesEnvironment } from '@darkroom/shared/config/engines';
import { parseEnvironment } from '@darkroom/shared/config/parse-environment';
import { messageOf } from '@darkroom/shared/errors/darkroom-error';
import { copyStore } from '@darkroom/shared/object-store/copy-store';
import { refuseUsedFolder } from './data-folder.ts';

try {
  const { DARKROOM_DATA } = process.env;
  refuseUsedFolder();
  const storeOf = (environment: Readonly<Record<string, string | undefined>>) =>
    enginesConfig(parseEnvironment(enginesEnvironment, environment)).objectStore;
  await using from = await openObjectStore(storeOf({ DARKROOM_DATA }), { decides: false });
  const target = storeOf({ ...process.env, OBJECT_STORE: 's3' });
  await using to = await openObjectStore(target, { decides: true });
  const { copied, there } = await copyStore(from, to);
  console.log(`${copied} objects copied, ${there} were there.`);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
