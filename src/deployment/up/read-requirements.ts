import { resolve } from 'node:path';
import { readText } from '../../files/read-text.js';
import { UnreadableFile } from '../../files/unreadable-file.js';
import { UsageError } from '../../reporting/usage-error.js';

/**
 * Looks through a requirements.txt for what the builder could not follow: it gets this one file and nothing beside it.
 *
 * @returns its absolute path
 * @throws UsageError
 */
export async function readRequirements(file: string): Promise<string> {
  const text = await readText(file).catch((cause: unknown) => {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw new UsageError(`Cannot use --requirements ${file}: ${cause.why}.`, { cause });
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
