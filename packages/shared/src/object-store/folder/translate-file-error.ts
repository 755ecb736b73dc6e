import { DarkroomError, messageOf } from '../../errors/darkroom-error.ts';

const MISSING = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'];
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

export function isMissing(error: unknown): boolean {
  return MISSING.includes(codeOf(error));
}

/** Throws what a file system said as the port's error. */
export function translateFileError(error: unknown): never {
  if (error instanceof DarkroomError) throw error;
  if (FULL.includes(codeOf(error))) {
    throw new DarkroomError('DISK_FULL', 'The disk that holds the object store is full: free some space', {
      cause: error,
    });
  }
  throw new DarkroomError('STORE_UNAVAILABLE', `The object store's folder cannot be used: ${messageOf(error)}`, {
    cause: error,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
