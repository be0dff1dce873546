import { randomBytes } from 'node:crypto';

/** A name for a run, for example `20261124T031500Z-3f9a`: runs sort by the time when they were opened. */
export function newRunId(now: Date = new Date()): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${randomBytes(2).toString('hex')}`;
}
