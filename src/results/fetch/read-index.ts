import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { IndexRow } from './index-row.js';

const Index = z.object({ tasks: z.array(IndexRow) });

/** What an earlier fetch left. */
export interface KnownIndex {
  rows: Map<string, IndexRow>;
  /** When it was written, by the clock of its file system, in nanoseconds: what is older was right then. */
  writtenNs: bigint;
}

/**
 * The index of a folder; without rows when there is none yet.
 *
 * @throws when it is there and cannot be read
 */
export async function readIndex(path: string): Promise<KnownIndex> {
  let text: string;
  let writtenNs: bigint;
  try {
    writtenNs = (await stat(path, { bigint: true })).mtimeNs;
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { rows: new Map(), writtenNs: 0n };
    throw error;
  }
  try {
    const { tasks } = parseDocument(Index, text, 'The index');
    return { rows: new Map(tasks.map((row) => [row.task_id, row])), writtenNs };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Cannot add to the results: ${path} is not an index as mops-cold writes it. ${why} Move it away; the next fetch writes it anew.`,
      { cause },
    );
  }
}
