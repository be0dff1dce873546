import { outputBatches } from '../results/tables/output-batches.js';
import type { TaskRow } from '../results/tables/task-row.js';
import type { OutputOfTask } from './output-of-task.js';
import { fromScalars } from './parameters.js';

/** An output whose bytes are here. */
export function outputOf(
  { task_id, params, seed }: Pick<TaskRow, 'task_id' | 'params' | 'seed'>,
  name: string,
  { bytes, contentType }: Pick<OutputOfTask, 'bytes' | 'contentType'>,
): OutputOfTask {
  const cannot = `Cannot read the output "${name}" of task ${task_id} as a table:`;
  return {
    ...{ task_id, parameters: fromScalars(params), seed, name, contentType, bytes },
    async rows() {
      const output = { content: bytes, contentType, dispose: async () => undefined };
      const batches = await outputBatches(name, output).catch((cause: Error) => {
        throw new Error(`${cannot} ${cause.message}`, { cause });
      });
      if ('notTable' in batches)
        throw new Error(
          `${cannot} it is none (${batches.notTable}). Its bytes are as the simulation wrote them.`,
        );
      const rows: Record<string, unknown>[] = [];
      for await (const { rows: count, columns } of batches)
        for (let at = 0; at < count; at++)
          rows.push(Object.fromEntries(columns.map((column) => [column.name, column.cells[at] ?? null])));
      return rows;
    },
    json: () => JSON.parse(new TextDecoder().decode(bytes)) as unknown,
  };
}
