import { open } from 'node:fs/promises';
import type { Content } from './content.js';
import type { Format } from './format.js';

/** What an output is taken for, and whether it says so itself (by its type, name or first bytes) or merely looks like it. */
export interface RecognisedFormat {
  format: Format;
  said: boolean;
}

/** What is known of an output. */
export interface NamedFile {
  /** The output's name. */
  name: string;
  contentType: string;
  path: string;
}

const byType: [RegExp, Format][] = [
  [/^application\/vnd\.apache\.arrow\.(?:file|stream)\b/, 'arrow'],
  [/^application\/(?:vnd\.apache\.|x-)?parquet\b/, 'parquet'],
  [/^application\/(?:[\w.-]+\+)?json\b/, 'json'],
  [/^text\/(?:csv|tab-separated-values)\b/, 'csv'],
  [/^application\/x-npy\b/, 'npy'],
];
const byEnding: [RegExp, Format][] = [
  [/\.(?:arrows?|feather|ipc)$/i, 'arrow'],
  [/\.(?:parquet|pq)$/i, 'parquet'],
  [/\.(?:geo)?json$/i, 'json'],
  [/\.(?:csv|tsv)$/i, 'csv'],
  [/\.npy$/i, 'npy'],
];
const byFirstBytes: [string, Format][] = [
  ['PAR1', 'parquet'],
  ['ARROW1', 'arrow'],
  ['\x93NUMPY', 'npy'],
];

export async function recogniseFormat({
  name,
  contentType,
  path,
}: Omit<NamedFile, 'path'> & { path: Content }): Promise<RecognisedFormat> {
  const head = await headOf(path);
  const said =
    byFirstBytes.find(([start]) => head.toString('latin1', 0, start.length) === start)?.[1] ??
    byType.find(([type]) => type.test(contentType))?.[1] ??
    byEnding.find(([ending]) => ending.test(name))?.[1];
  if (said) return { format: said, said: true };
  const text = textOf(head);
  if (text === undefined) return { format: 'bytes', said: false };
  if (/^\s*[{[]/.test(text)) return { format: 'json', said: false };
  return { format: looksLikeTable(text) ? 'csv' : 'text', said: false };
}

async function headOf(path: Content): Promise<Buffer> {
  if (typeof path !== 'string') return Buffer.from(path.buffer, path.byteOffset, Math.min(4096, path.length));
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function textOf(head: Buffer): string | undefined {
  if (head.includes(0)) return undefined;
  try {
    // The last character may be cut.
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    return undefined;
  }
}

/** Its first lines have equally many of one delimiter. */
function looksLikeTable(text: string): boolean {
  const lines = text.trim().split(/\r?\n/).slice(0, 5);
  // The last one may be cut.
  const whole = lines.length > 2 ? lines.slice(0, -1) : lines;
  return [',', ';', '\t'].some((delimiter) => {
    const counts = whole.map((line) => line.replace(/"[^"]*"/g, '').split(delimiter).length);
    return whole.length > 1 && (counts[0] ?? 0) > 1 && counts.every((count) => count === counts[0]);
  });
}
