import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { JobStorage } from '../jobs/job-storage.js';
import { readOutput } from '../results/tables/read-output.js';
import type { TaskRow } from '../results/tables/task-row.js';
import { outputOf } from './output-of.js';
import type { OutputOfTask } from './output-of-task.js';

/** An output of a task that succeeded, verified; nearly always in one request. */
export async function readBytes(
  storage: Pick<JobStorage, 'jobs' | 'blobs' | 'results'>,
  row: TaskRow,
  name: string,
  signal: AbortSignal,
): Promise<OutputOfTask> {
  const read = await readOutput(storage, row, name, tmpdir(), signal).catch((cause: Error) => {
    if (signal.aborted) throw cause;
    const why = cause.message.replace(/\.$/, '');
    throw new Error(
      `Cannot read the output "${name}" of task ${row.task_id}: ${why}. Run the task again, without cache.`,
      { cause },
    );
  });
  try {
    const { content, contentType } = read;
    const bytes = typeof content === 'string' ? await readFile(content) : content;
    return outputOf(row, name, { bytes, contentType });
  } finally {
    await read.dispose();
  }
}
