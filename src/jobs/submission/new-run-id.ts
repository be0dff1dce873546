import { randomBytes } from 'node:crypto';

/** A name for a run, for example `20261124T031500123Z-3f9a`: runs sort by the time when they were opened, to the millisecond. */
export function newRunId(now: Date = new Date()): string {
  const time = now.toISOString().replace(/[-:.]/g, '');
  return `${time}-${randomBytes(2).toString('hex')}`;
}
