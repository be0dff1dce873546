import { open, stat } from 'node:fs/promises';
import { numberIn } from '../../formats/number-in.js';
import type { FieldsComparison } from '../values/compare-fields.js';

/** A line may be as long as the file. */
const largest = 64 * 1024 * 1024;

/**
 * Compares two texts line by line, and lines of numbers number by number.
 *
 * @throws Error when one is too large, or no text
 */
export async function compareText(first: string, second: string, fields: FieldsComparison): Promise<void> {
  const [a, b] = [linesOf(first), linesOf(second)];
  try {
    let line = 0;
    const at = () => `line ${line + 1}`;
    for (; ; line++) {
      const [one, other] = await Promise.all([a.next(), b.next()]);
      if (one.done || other.done) {
        if (one.done !== other.done)
          fields.remark(`the ${one.done ? 'second' : 'first'} has more lines: the other ends after ${line}`);
        return;
      }
      const numbers = [numbersIn(one.value), numbersIn(other.value)] as const;
      if (numbers[0] && numbers[0].length === numbers[1]?.length) fields.compare('', ...numbers, at);
      else fields.compare('', one.value, other.value, at);
    }
  } finally {
    await Promise.all([a.return(undefined), b.return(undefined)]);
  }
}

/** Of a line that holds nothing else. */
function numbersIn(line: string): unknown[] | undefined {
  const words = line.trim().split(/[\s,;]+/);
  const numbers = words.map(numberIn);
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  if ((await stat(path)).size > largest) throw new Error('it is too large to be read line by line');
  const file = await open(path);
  try {
    for await (const line of file.readLines()) {
      if (line.includes('\0')) throw new Error('it is no text');
      yield line;
    }
  } finally {
    await file.close().catch(() => undefined);
  }
}
