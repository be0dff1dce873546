import { RestError } from '@azure/storage-blob';
import { fileTrouble } from '../files/file-trouble.js';

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

function describeSystemError(error: NodeJS.ErrnoException): string {
  const trouble = fileTrouble(error);
  // A file that is renamed is our own unfinished one; where it was to go is the person's.
  const place = error.syscall === 'rename' && 'dest' in error ? String(error.dest) : error.path;
  const what = place ?? (error.syscall === 'write' ? 'a file' : 'what is needed');
  return trouble === undefined
    ? error.message
    : `Cannot use ${what}: ${trouble.is} (${error.code}, ${error.syscall}). ${trouble.remedy}.`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
