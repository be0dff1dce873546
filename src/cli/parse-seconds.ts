import { InvalidArgumentError } from 'commander';

/** A time as an option gives it. */
export function parseSeconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number of seconds, above 0.');
  return value;
}
