import { RestError } from '@azure/storage-queue';

const [notFound, timedOut, conflict, tooMany, firstOfServer] = [404, 408, 409, 429, 500];

/** Whether another look at a queue may find it well: no answer, the server's fault, too much to do, or the queue is not there (any more). */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof RestError)) return false;
  const { statusCode } = error;
  if (statusCode === undefined || statusCode >= firstOfServer) return true;
  return [notFound, timedOut, conflict, tooMany].includes(statusCode);
}
