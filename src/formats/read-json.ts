import { readFile, stat } from 'node:fs/promises';
import { LosslessNumber, parse } from 'lossless-json';
import { formatBytes } from '../reporting/format-bytes.js';
import type { Content } from './content.js';

/** A document is held in memory with all its numbers, in some ten times its size. */
const largest = 64 * 1024 * 1024;
const notFinite: Record<string, number> = {
  '\0NaN': Number.NaN,
  '\0Infinity': Number.POSITIVE_INFINITY,
  '\0-Infinity': Number.NEGATIVE_INFINITY,
};

/** A JSON document, numbers with all their digits; Python's NaN and Infinity are read too. */
export async function readJson(content: Content): Promise<unknown> {
  const size = typeof content === 'string' ? (await stat(content)).size : content.length;
  if (size > largest)
    throw new Error(`it has ${formatBytes(size)}, and only up to ${formatBytes(largest)} are read whole`);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(
    typeof content === 'string' ? await readFile(content) : content,
  );
  const bare = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs, (found) =>
    found.startsWith('"') ? found : `"\\u0000${found}"`,
  );
  const revive =
    bare === text
      ? undefined
      : (_: string, value: unknown) => (typeof value === 'string' ? (notFinite[value] ?? value) : value);
  return parse(bare, revive, { parseNumber: (digits) => new LosslessNumber(digits) });
}
