import { InvalidArgumentError } from 'commander';
import type { Choice } from '../../reproduction/choose-tasks.js';

/** The value of `--sample`: `5%`, `0.5%`, or how many tasks. */
export function parseSample(text: string): Choice {
  const [, share, sign] = /^(\d+(?:\.\d+)?) ?(%?)$/.exec(text) ?? [];
  const number = Number(share);
  if (sign === '%' && number > 0 && number <= 100) return { kind: 'percent', percent: number };
  if (sign === '' && Number.isSafeInteger(number) && number > 0 && !text.includes('.'))
    return { kind: 'count', count: number };
  throw new InvalidArgumentError(
    'It must be a share above 0 % and up to 100 %, as 5%, or a whole number of tasks above 0.',
  );
}
