import { InvalidArgumentError } from 'commander';
import type { Failures } from '../../jobs/submission/stop-rule.js';

/** How many failures are too many: `10`, or a share of the tasks, `20%`. */
export function parseFailures(text: string): Failures {
  const [, number, percent] = /^(\d{1,7}(?:\.\d+)?)\s*(%)?$/.exec(text.trim()) ?? [];
  const value = Number(number);
  if (percent && value > 0 && value <= 100) return { share: value / 100 };
  if (!percent && value >= 1 && Number.isInteger(value)) return { count: value };
  throw new InvalidArgumentError('It must be a whole number, at least 1, or a share above 0, as in 20%.');
}
