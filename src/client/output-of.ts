import type { Cell, CellKind } from '../formats/cell-kind.js';
import { cellText } from '../formats/convert-cell.js';
import { outputBatches } from '../results/tables/output-batches.js';
import type { TaskRow } from '../results/tables/task-row.js';
import type { OutputOfTask } from './output-of-task.js';
import { fromScalars } from './parameters.js';

const times: CellKind[] = ['day', 'ms', 'us', 'ns'];

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
      try {
        return await rowsOf(name, { bytes, contentType });
      } catch (cause) {
        throw new Error(`${cannot} ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
    },
    json: () => JSON.parse(new TextDecoder().decode(bytes)) as unknown,
  };
}

async function rowsOf(
  name: string,
  { bytes, contentType }: Pick<OutputOfTask, 'bytes' | 'contentType'>,
): Promise<Record<string, unknown>[]> {
  const batches = await outputBatches(name, {
    content: bytes,
    contentType,
    dispose: async () => undefined,
  });
  if ('notTable' in batches)
    throw new Error(`it is none (${batches.notTable}). Its bytes are as the simulation wrote them.`);
  const rows: Record<string, unknown>[] = [];
  for await (const { rows: count, columns } of batches)
    for (let at = 0; at < count; at++)
      rows.push(
        Object.fromEntries(
          columns.map((column) => [column.name, plainCell(column.cells[at] ?? null, column.kind)]),
        ),
      );
  return rows;
}

/** A cell as programs take it: in the file, integers are of 64 bits and times are counts. */
function plainCell(cell: Cell, kind: CellKind): unknown {
  if (cell === null) return null;
  if (kind === 'int64' || kind === 'uint64') return fromInteger(BigInt(cell as bigint));
  return times.includes(kind) ? cellText(cell, kind) : cell;
}

function fromInteger(integer: bigint): number | bigint {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}
