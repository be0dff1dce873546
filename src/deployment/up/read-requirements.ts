import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from '../../reporting/usage-error.js';
import { whyUnreadable } from '../../reporting/why-unreadable.js';

/**
 * Looks through a requirements.txt for what the builder could not follow: it gets this one file and nothing beside it.
 *
 * @returns its absolute path
 * @throws UsageError
 */
export async function readRequirements(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`Cannot use --requirements ${file}: ${whyUnreadable(cause)}.`, { cause });
  });
  const lines = text.split(/\r?\n/);
  for (const [at, line] of lines.entries()) {
    if (!/^\s*(-r|-c|-e|--requirement|--constraint|--editable|\.{0,2}\/|file:)/.test(line)) continue;
    throw new UsageError(
      `Cannot use --requirements ${file}: line ${at + 1}, "${line.trim()}", refers to another file, and the builder gets this one only. Put what it says into this file.`,
    );
  }
  return resolve(file);
}
