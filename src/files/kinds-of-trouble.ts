import { hasCode } from './has-code.js';

/** Whether something failed because this place cannot be written. */
export function isReadOnly(error: unknown): boolean {
  return hasCode(error, 'EROFS', 'EACCES', 'EPERM');
}

/** Whether something failed because the disk, or what we may have of it, is full. */
export function isFull(error: unknown): boolean {
  return hasCode(error, 'ENOSPC', 'EDQUOT');
}
