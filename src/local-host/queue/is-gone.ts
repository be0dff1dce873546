import { RestError } from '@azure/storage-queue';

/** True when storage says that this message, or its queue, is not ours any more: deleted, or another pop receipt. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof RestError)) return false;
  if (error.statusCode === 404) return true;
  return (
    error.code === 'PopReceiptMismatch' ||
    error.code === 'QueueBeingDeleted' ||
    error.code === 'QueueDisabled'
  );
}
