import { type FileHandle, open } from 'node:fs/promises';
import type { ByteDifference } from '../content-difference.js';

const bytesAtOnce = 1024 * 1024;
/** So much before and behind it is shown. */
const shown = 24;

/** Where two files part; undefined when they are the same. */
export async function firstDifferingByte(first: string, second: string): Promise<ByteDifference | undefined> {
  const files = [await open(first)];
  try {
    files.push(await open(second));
    const [a, b] = files as [FileHandle, FileHandle];
    for (let offset = 0; ; offset += bytesAtOnce) {
      const [x, y] = await Promise.all([read(a, offset, bytesAtOnce), read(b, offset, bytesAtOnce)]);
      if (x.equals(y)) {
        if (x.length < bytesAtOnce) return undefined;
        continue;
      }
      let at = 0;
      while (at < x.length && x[at] === y[at]) at += 1;
      return await described(a, b, offset + at, [x[at] ?? null, y[at] ?? null]);
    }
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

async function described(
  a: FileHandle,
  b: FileHandle,
  offset: number,
  bytes: [number | null, number | null],
): Promise<ByteDifference> {
  const from = Math.max(0, offset - shown);
  const length = offset - from + shown;
  const [x, y] = await Promise.all([read(a, from, length), read(b, from, length)]);
  const around = [textOf(x), textOf(y)] as const;
  const [one, other] = around;
  return { offset, bytes, ...(one !== undefined && other !== undefined && { around: [one, other] }) };
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** Text that a terminal can show; characters that are cut at the ends go. */
function textOf(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8').replace(/^\ufffd+|\ufffd+$/g, '');
  return /[^\P{C}\t\r\n]|\ufffd/u.test(text) ? undefined : text;
}
