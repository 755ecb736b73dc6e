import { statfsSync } from 'node:fs';
import { DarkroomError } from '../../errors/darkroom-error.ts';

/** `f_type` of statfs(2) for file systems whose locks SQLite's WAL cannot rely on (linux/magic.h). */
const NETWORK_FILE_SYSTEMS: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB2',
  16914839: '9p',
  12805120: 'Ceph',
  1397113167: 'AFS',
  198183888: 'Lustre',
  1196443219: 'GPFS',
};

/** Refuses a folder on a network file system, where shared memory and locks of several machines would corrupt the log. */
export function refuseNetworkFileSystem(folder: string, statfs: (path: string) => { type: number } = statfsSync): void {
  if (process.platform !== 'linux') return;
  const name = NETWORK_FILE_SYSTEMS[statfs(folder).type >>> 0];
  if (name === undefined) return;
  throw new DarkroomError(
    'CONFIG_INVALID',
    `The embedded event log cannot lie on a network file system (${folder} is on ${name}): ` +
      'set DARKROOM_DATA to a folder on a local disk, or use Apache Pulsar',
  );
}
