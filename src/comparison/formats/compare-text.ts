import { open, stat } from 'node:fs/promises';
import type { FieldsComparison } from '../values/compare-fields.js';

/** A line may be as long as the file. */
const largest = 64 * 1024 * 1024;

/**
 * Compares two texts line by line.
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
      fields.compare('', one.value, other.value, at);
    }
  } finally {
    await Promise.all([a.return(undefined), b.return(undefined)]);
  }
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
