import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ContainerClient } from '@azure/storage-blob';
import type { PackedLines } from '../../contracts/job/packed-lines.js';
import { TaskLine } from '../../contracts/job/task-line.js';
import { parseDocument } from '../../contracts/json/parse-document.js';

const unpack = promisify(gunzip);

/** A few, since runs that are expanded at the same time are read in turn. */
const mostKept = 4;

/** Reads lines from any place of a file of tasks, at the cost of the members that hold them; those read last are kept. */
export function createPackedLineReader(
  jobs: ContainerClient,
): (packed: PackedLines, from: number, to: number) => Promise<TaskLine[]> {
  const kept = new Map<string, string[]>();

  async function member(path: string, offset: number, bytes: number): Promise<string[]> {
    const key = `${path} ${offset}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const packed = await jobs.getBlobClient(path).downloadToBuffer(offset, bytes);
    const lines = (await unpack(packed)).toString('utf8').split('\n').slice(0, -1);
    kept.set(key, lines);
    for (const old of [...kept.keys()].slice(0, -mostKept)) kept.delete(old);
    return lines;
  }

  return async ({ path, members }, from, to) => {
    const read: TaskLine[] = [];
    let [first, offset] = [0, 0];
    for (const [count, bytes] of members) {
      if (first + count > from && first < to) {
        const lines = (await member(path, offset, bytes)).slice(Math.max(0, from - first), to - first);
        for (const line of lines) read.push(parseDocument(TaskLine, line, `A line of ${path}`));
      }
      first += count;
      offset += bytes;
    }
    if (read.length !== to - from)
      throw new Error(
        `Cannot read the lines ${from + 1} to ${to} of ${path}: it has others. Was it replaced?`,
      );
    return read;
  };
}
