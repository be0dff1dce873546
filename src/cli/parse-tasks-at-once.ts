import { InvalidArgumentError } from 'commander';

/** The host takes as many messages at a time. */
const most = 32;

/** The value of `--tasks-at-once`. */
export function parseTasksAtOnce(text: string): number {
  const tasks = Number(text);
  if (/^\d+$/.test(text) && tasks >= 1 && tasks <= most) return tasks;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
}
