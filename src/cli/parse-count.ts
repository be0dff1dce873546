import { InvalidArgumentError } from 'commander';

/** A number of things as an option gives it. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1) return value;
  throw new InvalidArgumentError('It must be a whole number, at least 1.');
}
