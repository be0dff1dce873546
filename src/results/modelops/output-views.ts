import { join } from 'node:path';
import { createTableFile, type TableFile } from '../../formats/create-table-file.js';
import { openTable } from '../../formats/open-table.js';
import { recogniseFormat } from '../../formats/recognise-format.js';
import { type TypedBatch, typedBatches } from '../../formats/typed-batches.js';
import type { ReadOutput } from '../tables/read-output.js';
import { roundedNote } from '../tables/rounded-note.js';
import type { TaskRow } from '../tables/task-row.js';
import { widenedNote } from '../tables/widened-note.js';

export interface OutputViews {
  /**
   * The rows of an output, when it is Arrow, as in ModelOps: its frames one behind the other.
   *
   * @param replicate its place among those of its parameter set
   * @returns what is wrong with it, a clause; then no row of it is there
   */
  append(
    name: string,
    output: ReadOutput,
    row: Pick<TaskRow, 'param_id' | 'seed'>,
    replicate: number,
  ): Promise<string | undefined>;
  /** @returns sentences about what is not as one might expect */
  finish(): Promise<string[]>;
  abandon(): Promise<void>;
}

const front = new Map(['param_id', 'replicate_idx'].map((name) => [name, { filled: true }]));

/** The tables of outputs in the views of a job: `model_outputs/<name>.parquet`. */
export function createOutputViews(view: string): OutputViews {
  const files = new Map<string, TableFile>();
  const notes = new Set<string>();

  function fileOf(name: string): TableFile {
    const known = files.get(name);
    if (known !== undefined) return known;
    const file = createTableFile(
      join(view, 'model_outputs', `${name}.parquet`),
      front,
      (column, from, other, to) => {
        const note = widenedNote(name, column, { from, other, to });
        if (note !== undefined) notes.add(note);
      },
      (column) => notes.add(roundedNote(name, column)),
    );
    files.set(name, file);
    return file;
  }

  return {
    async append(name, output, { param_id, seed }, replicate) {
      const batches: TypedBatch[] = [];
      try {
        const { content, contentType } = output;
        if ((await recogniseFormat({ name, contentType, path: content })).format !== 'arrow')
          return undefined;
        // To its end, before anything of it is written: one that is damaged has no rows at all.
        for await (const batch of typedBatches(await openTable('arrow', content))) batches.push(batch);
      } catch (error) {
        return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
      }
      for (const { rows, columns } of batches) {
        for (const column of columns)
          if (front.has(column.name))
            notes.add(
              `The column "${column.name}" of the output "${name}" is called like one that ModelOps' views have of their own: theirs stands there, and the output's is in the file of each result.`,
            );
        const own = columns.filter((column) => !front.has(column.name));
        await fileOf(name).append({
          rows,
          columns: [
            ...own,
            ...(own.some((column) => column.name === 'seed')
              ? []
              : [{ name: 'seed', kind: 'uint64' as const, every: seed }]),
            { name: 'param_id', kind: 'text', every: param_id },
            { name: 'replicate_idx', kind: 'int64', every: BigInt(replicate) },
          ],
        });
      }
      return undefined;
    },
    async finish() {
      for (const file of files.values()) await file.finish();
      return [...notes];
    },
    async abandon() {
      await Promise.all([...files.values()].map((file) => file.abandon()));
    },
  };
}
