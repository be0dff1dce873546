import type { Format } from '../formats/format.js';
import { openTable } from '../formats/open-table.js';
import { type NamedFile, recogniseFormat } from '../formats/recognise-format.js';
import type { ContentDifference, ValueDifference } from './content-difference.js';
import { compareTables } from './formats/compare-tables.js';
import { firstDifferingByte } from './formats/first-differing-byte.js';

import { compareFields, type FieldsComparison } from './values/compare-fields.js';

/** As people call them. */
export const formatNames: Record<Format, string> = {
  csv: 'CSV',
  arrow: 'Arrow',
  parquet: 'Parquet',
  json: 'JSON',
  npy: 'a numpy array',
  text: 'text',
  bytes: 'bytes',
};

const noValues: ValueDifference = { structure: [], fields: [], more_fields: 0, names_reordered: false };

/**
 * What differs between two files of one output: where their bytes part, and, of a format that can be read, which columns, paths or
 * elements, and by how much. Memory does not grow with the files, but for JSON, which is read whole up to a size.
 *
 * @param finishedAt when each task ended, in ms since 1970: by it a clock's time is known
 * @returns undefined when the files are the same
 */
export async function compareFiles(
  first: NamedFile,
  second: NamedFile,
  finishedAt: readonly [number, number],
): Promise<ContentDifference | undefined> {
  const firstByte = await firstDifferingByte(first.path, second.path);
  if (firstByte === undefined) return undefined;
  const [one, other] = [await recogniseFormat(first), await recogniseFormat(second)];
  const bytes = { format: 'bytes' as const, ...noValues, first_byte: firstByte };
  const said = one.said || other.said;
  if (one.format !== other.format && said) {
    const structure = [
      `it is ${formatNames[one.format]} in the first, and ${formatNames[other.format]} in the second`,
    ];
    return { ...bytes, structure };
  }
  // Nobody says that one is a table and the other is not: it only looks so.
  const format = one.format === other.format ? one.format : 'text';
  if (format === 'bytes') return bytes;
  try {
    const fields = compareFields(finishedAt);
    await readAndCompare(format, first.path, second.path, fields);
    return { format, ...fields.difference(), first_byte: firstByte };
  } catch (error) {
    if (!said) return bytes;
    const why = error instanceof Error ? error.message : String(error);
    return { ...bytes, unreadable: `Cannot be read as ${formatNames[format]}: ${why}` };
  }
}

async function readAndCompare(
  format: Exclude<Format, 'bytes'>,
  first: string,
  second: string,
  fields: FieldsComparison,
): Promise<void> {
  // Each is loaded where it is needed.
  if (format === 'json')
    return (await import('./formats/compare-json.js')).compareJson(first, second, fields);
  if (format === 'text')
    return (await import('./formats/compare-text.js')).compareText(first, second, fields);
  if (format === 'npy') return (await import('./formats/compare-npy.js')).compareNpy(first, second, fields);
  await compareTables(await openTable(format, first), await openTable(format, second), fields);
}
