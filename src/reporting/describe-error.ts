import { RestError } from '@azure/storage-blob';

/** An error as the sentence that a person can act on. */
export function describeError(error: unknown): string {
  if (error instanceof RestError) return describeStorageError(error);
  if (isSystemError(error)) return describeSystemError(error);
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}

function describeStorageError(error: RestError): string {
  const where = error.request ? ` at ${new URL(error.request.url).origin}` : '';
  if (error.statusCode === undefined) {
    return `Cannot reach the storage account${where}: ${firstLine(error.message)}. Is it running, and is its address right?`;
  }
  const code = error.code ?? `HTTP ${error.statusCode}`;
  if (error.statusCode === 401 || error.statusCode === 403) {
    return `Cannot use the storage account${where}: it refused the request (${code}). Check the connection string, or the roles of your identity: Storage Blob Data Contributor and Storage Queue Data Contributor.`;
  }
  return `Cannot complete a request to the storage account${where}: ${code}, ${firstLine(error.message)}`;
}

/** One that Node made of a call to the operating system; nobody said yet what it means. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && /^E[A-Z]+: /.test(error.message);
}

const meanings: Record<string, string> = {
  EACCES: 'it is not permitted. Change its permissions, or name another place',
  EPERM: 'it is not permitted. Change its permissions, or name another place',
  EROFS: 'its disk is read-only. Name another place',
  ENOSPC: 'the disk is full. Free space there, or name another place',
  EDQUOT: 'the disk quota is used up. Free space there, or name another place',
  ENOTDIR: 'a part of its path is a file. Name another place',
  EISDIR: 'it is a folder, and a file is wanted',
  ENOTEMPTY: 'something is in it by now. Name a new folder, or empty it',
  EMFILE: 'this process has too many files open. Raise the limit (ulimit -n)',
};

function describeSystemError(error: NodeJS.ErrnoException): string {
  const meaning = meanings[error.code ?? ''];
  // A file that is renamed is our own unfinished one; where it was to go is the person's.
  const place = error.syscall === 'rename' && 'dest' in error ? String(error.dest) : error.path;
  const what = place ?? (error.syscall === 'write' ? 'a file' : 'what is needed');
  return meaning === undefined
    ? error.message
    : `Cannot use ${what}: ${meaning} (${error.code}, ${error.syscall}).`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
