import { InvalidArgumentError } from 'commander';

const parts = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?:in)?)?(?:(\d+(?:\.\d+)?)s?)?$/;

/** A time as an option gives it, in seconds: `90`, `90s`, `5m`, `1h30m`. */
export function parseSeconds(text: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] = parts.exec(text.replaceAll(' ', '')) ?? [];
  const value = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be a time above 0, in seconds or as in 90s, 5m or 1h30m.');
}
