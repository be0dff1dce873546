import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { numberIn } from '../values/number-in.js';
import { type Batch, distinctNames, type Table } from './table.js';

/** An unclosed quote would make a record of the whole file. */
const longestRecord = 16 * 1024 * 1024;
const rowsAtOnce = 1_000;

/** A table of text, its first record the names of its columns; where that holds numbers alone, they have none. */
export async function openCsv(path: string): Promise<Table> {
  const { parse } = await import('csv-parse');
  const delimiter = await delimiterOf(path);
  const records = (): AsyncIterable<string[]> =>
    pipeline(
      createReadStream(path),
      parse({ delimiter, bom: true, skip_empty_lines: true, max_record_size: longestRecord }),
      () => undefined, // whoever reads it is told
    );
  const [head = []] = await take(records(), 1);
  const named = !head.every((cell) => numberIn(cell.trim()) !== undefined);
  const names = distinctNames(named ? head : head.map((_, index) => `column ${index + 1}`));
  const places = new Map(names.map((name, index) => [name, index]));
  return {
    columns: names.map((name) => ({ name, type: '' })),
    columnwise: false,
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

function cellMeaning(cell: unknown): unknown {
  return typeof cell === 'string' ? (numberIn(cell.trim()) ?? cell) : cell;
}

async function delimiterOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0);
    const [header = ''] = buffer.toString('utf8', 0, bytesRead).trimStart().split('\n', 1);
    return [',', ';', '\t'].find((character) => header.includes(character)) ?? ',';
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
