import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import type { Content } from './content.js';
import { numberIn } from './number-in.js';
import { type Batch, distinctNames, type Table } from './table.js';

/** An unclosed quote would make a record of the whole file. */
const longestRecord = 16 * 1024 * 1024;
const rowsAtOnce = 1_000;

/** `007` is a code, as of a district: a number would lose its zeros. */
const code = /^[+-]?0\d+$/;

/**
 * A table of text, its first record the names of its columns. Where that holds numbers alone, they have none; unless they are whole, not negative, each
 * another, and not all that there is: of a matrix that pandas writes, or of years.
 */
export async function openCsv(content: Content): Promise<Table> {
  const { parse } = await import('csv-parse');
  const delimiter = await delimiterOf(content);
  const records = (): AsyncIterable<string[]> =>
    pipeline(
      typeof content === 'string' ? createReadStream(content) : Readable.from([content]),
      parse({ delimiter, bom: true, skip_empty_lines: true, max_record_size: longestRecord }),
      () => undefined, // whoever reads it is told
    );
  const [head = [], next] = await take(records(), 2);
  const named =
    !head.every((cell) => numberIn(cell.trim()) !== undefined) || (next !== undefined && areNames(head));
  const names = distinctNames(named ? head : head.map((_, index) => `column ${index + 1}`));
  const places = new Map(names.map((name, index) => [name, index]));
  return {
    columns: names.map((name) => ({ name, type: '' })),
    columnwise: false,
    nameless: !named,
    async *batches(columns) {
      const at = columns.map((name) => places.get(name) ?? 0);
      let rows: string[][] = [];
      const batch = (): Batch => {
        const those = rows;
        rows = [];
        return { rows: those.length, value: (column, row) => those[row]?.[at[column] ?? 0] };
      };
      let skip = named;
      for await (const record of records()) {
        if (!skip) rows.push(record);
        skip = false;
        if (rows.length === rowsAtOnce) yield batch();
      }
      yield batch();
    },
    meaning: cellMeaning,
  };
}

function areNames(numbers: string[]): boolean {
  const distinct = new Set(numbers.map((cell) => cell.trim()));
  return (
    numbers.length > 1 &&
    distinct.size === numbers.length &&
    [...distinct].every((cell) => /^\d+$/.test(cell))
  );
}

function cellMeaning(cell: unknown): unknown {
  if (typeof cell !== 'string') return cell;
  const text = cell.trim();
  return code.test(text) ? cell : (numberIn(text) ?? cell);
}

async function delimiterOf(content: Content): Promise<string> {
  const [header = ''] = (await headOf(content)).toString('utf8').trimStart().split('\n', 1);
  return [',', ';', '\t'].find((character) => header.includes(character)) ?? ',';
}

async function headOf(content: Content): Promise<Buffer> {
  if (typeof content !== 'string') return Buffer.from(content.subarray(0, 65_536));
  const file = await open(content);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function take<Item>(items: AsyncIterable<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}
