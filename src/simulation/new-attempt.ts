import { randomBytes } from 'node:crypto';

/** A name for one attempt at a task, as one segment of a path: attempts sort by the time when they began. */
export function newAttempt(): string {
  return `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
}
