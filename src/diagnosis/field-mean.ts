import { numberOf } from '../comparison/values/number-of.js';
import { openTable } from '../formats/open-table.js';
import { readJson } from '../formats/read-json.js';
import { type NamedFile, recogniseFormat } from '../formats/recognise-format.js';
import type { Table } from '../formats/table.js';

/** The mean of the finite numbers of a field (a column, or a path as `regions[].cases`) of an output; undefined when there are none. */
export async function fieldMean(file: NamedFile, field: string): Promise<number | undefined> {
  let [sum, count] = [0, 0];
  const add = (value: unknown): void => {
    const number = numberOf(value);
    if (number === undefined || !Number.isFinite(Number(number))) return;
    sum += Number(number);
    count += 1;
  };
  const { format } = await recogniseFormat(file);
  if (format === 'json') eachAt(await readJson(file.path), field, add);
  else if (format === 'npy') await eachElement(file.path, add);
  else if (format === 'text' || format === 'bytes') return undefined;
  else await eachCell(await openTable(format, file.path), field, add);
  return count === 0 ? undefined : sum / count;
}

async function eachCell(table: Table, field: string, add: (value: unknown) => void): Promise<void> {
  if (!table.columns.some(({ name }) => name === field)) return;
  for await (const { rows, value } of table.batches([field]))
    for (let row = 0; row < rows; row++) {
      const cell = value(0, row);
      add(table.meaning ? table.meaning(cell) : cell);
    }
}

/** An array is compared with itself: what reads it knows its elements. */
async function eachElement(path: string, add: (value: unknown) => void): Promise<void> {
  const { compareNpy } = await import('../comparison/formats/compare-npy.js');
  await compareNpy(path, path, {
    compare: (_, value) => add(value),
    remark: () => undefined,
    namesReordered: () => undefined,
    difference: () => ({ structure: [], fields: [], more_fields: 0, names_reordered: false }),
  });
}

/** Paths are joined as a comparison of documents joins them. */
function eachAt(value: unknown, field: string, add: (value: unknown) => void, path = ''): void {
  if (Array.isArray(value)) for (const item of value) eachAt(item, field, add, `${path}[]`);
  else if (path === field) add(value);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) {
      const below = path === '' ? name : `${path}.${name}`;
      if (field.startsWith(below)) eachAt(inner, field, add, below);
    }
}
