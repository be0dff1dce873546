import { InvalidArgumentError } from 'commander';

/** A time as an option gives it. */
export function parseMinutes(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 24 * 60) return value;
  throw new InvalidArgumentError('It must be a number of minutes, at most 1440.');
}
