import type { TypedBatch } from '../../formats/typed-batches.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { outputBatches } from './output-batches.js';
import { outputsOf, readOutput } from './read-output.js';
import type { TaskRow } from './task-row.js';

export interface ReadTask {
  row: TaskRow;
  /** Of all its outputs, whether they are wanted or not. */
  names: string[];
  outputs: (
    | { name: string; notTable: string }
    | { name: string; problem: string }
    | { name: string; batches: AsyncIterable<TypedBatch> | Iterable<TypedBatch>; dispose(): Promise<void> }
  )[];
  problem?: string;
}

/** What does not fit into memory is left in a file, and read when its turn has come. */
export async function readTask(
  storage: Pick<JobStorage, 'jobs' | 'blobs' | 'results'>,
  row: TaskRow,
  wanted: string[] | undefined,
  folder: string,
  signal: AbortSignal,
  willRead: (bytes: number) => void,
): Promise<ReadTask> {
  if (row.outcome !== 'succeeded') return { row, names: [], outputs: [] };
  const outputs: ReadTask['outputs'] = [];
  let names: string[];
  try {
    names = row.outputs ?? Object.keys(await outputsOf(storage, row)).sort();
  } catch (error) {
    if (signal.aborted) throw error;
    const problem = `Cannot read the outputs of task ${row.task_id}: ${messageOf(error)}.`;
    return { row, names: [], outputs, problem };
  }
  for (const name of names) {
    if (wanted !== undefined && !wanted.includes(name)) continue;
    try {
      const output = await readOutput(storage, row, name, folder, signal, willRead);
      const batches = await outputBatches(name, output).catch(async (error: unknown) => {
        await output.dispose();
        throw error;
      });
      if ('notTable' in batches) {
        await output.dispose();
        outputs.push({ name, ...batches });
      } else {
        // Read here, so that one that is damaged has no rows at all. One that is too large for that is looked through first.
        const isSmall = typeof output.content !== 'string';
        const whole: TypedBatch[] = [];
        if (Symbol.iterator in batches) whole.push(...batches);
        else for await (const batch of batches) if (isSmall) whole.push(batch);
        const again = isSmall ? whole : await outputBatches(name, output);
        if ('notTable' in again) throw new Error('it has changed');
        outputs.push({ name, batches: again, dispose: output.dispose });
      }
    } catch (error) {
      if (signal.aborted) throw error;
      const problem = `Cannot read the output "${name}" of task ${row.task_id}: ${messageOf(error)}. Its row there has no values.`;
      outputs.push({ name, problem });
    }
  }
  return { row, names, outputs };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
