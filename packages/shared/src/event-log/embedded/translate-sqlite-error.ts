import { DarkroomError, messageOf } from '../../errors/darkroom-error.ts';

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const BUSY = 5;
const IO_ERROR = 10;
const FULL = 13;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
/** SQLITE_IOERR_WRITE and SQLITE_IOERR_FSYNC: what a full disk gives on some file systems. */
const FULL_IO_ERRORS = [778, 1034];

export function isBusy(error: unknown): boolean {
  return (codeOf(error) & 0xff) === BUSY;
}

/** Whether the file is no SQLite file, or a broken one; also of an error that was translated. */
export function isDamaged(error: unknown): boolean {
  const code = codeOf(error instanceof DarkroomError ? error.cause : error) & 0xff;
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** What SQLite said, as the port's error; `path` where it is of use to know the file. */
export function translateSqliteError(error: unknown, path?: string): DarkroomError {
  if (error instanceof DarkroomError) return error;
  const code = codeOf(error);
  if ((code & 0xff) === FULL || ((code & 0xff) === IO_ERROR && FULL_IO_ERRORS.includes(code))) {
    return new DarkroomError('DISK_FULL', 'The disk that holds the event log is full: free some space', {
      cause: error,
    });
  }
  const file = path === undefined ? "The event log's file" : `The event log's file ${path}`;
  return new DarkroomError('LOG_UNAVAILABLE', `${file} cannot be used: ${messageOf(error)}`, {
    cause: error,
  });
}

function codeOf(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;
}
