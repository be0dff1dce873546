import { InvalidArgumentError } from 'commander';

const powers = ['', 'K', 'M', 'G', 'T'];

/** A size as an option gives it, in bytes: `1048576`, `512MiB`, `4GiB`. */
export function parseBytes(text: string): number {
  const [, number, power = ''] = /^(\d+(?:\.\d+)?)\s*(?:([KMGT])iB|B)?$/i.exec(text.trim()) ?? [];
  const value = Number(number) * 1024 ** powers.indexOf(power.toUpperCase());
  if (value >= 1 && Number.isSafeInteger(Math.round(value))) return Math.round(value);
  throw new InvalidArgumentError('It must be a size above 0, in bytes or as in 512MiB or 4GiB.');
}
