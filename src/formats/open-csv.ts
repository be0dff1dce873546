import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import type { Content } from './content.js';
import { numberIn } from './number-in.js';
import { type Batch, distinctNames, type Table } from './table.js';

/** An unclosed quote would make a record of the whole file. */
const longestRecord = 16 * 1024 * 1024;
const rowsAtOnce = 1_000;

/** A table of text, its first record the names of its columns; where that holds numbers alone, they have none. */
export async function openCsv(content: Content): Promise<Table> {
  const { parse } = await import('csv-parse');
  const delimiter = await delimiterOf(content);
  const records = (): AsyncIterable<string[]> =>
    pipeline(
      typeof content === 'string' ? createReadStream(content) : Readable.from([content]),
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
