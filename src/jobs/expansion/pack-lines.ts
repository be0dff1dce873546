import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { PackedLines } from '../../contracts/job/packed-lines.js';
import type { TaskLine } from '../../contracts/job/task-line.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';

const pack = promisify(gzip);

/** A member ends with the line that reaches one of them: to read a line costs that much, in time and in memory. */
const [mostLines, mostCharacters] = [1_000, 1_000_000];

/** Tasks as JSON lines in gzip, in members that can be read one by one. Any reader of gzip reads the whole. */
export async function packLines(
  lines: Iterable<TaskLine>,
): Promise<{ packed: Buffer; members: PackedLines['members'] }> {
  const parts: Buffer[] = [];
  const members: PackedLines['members'] = [];
  let [text, count] = ['', 0];
  const endMember = async () => {
    const part = await pack(text);
    parts.push(part);
    members.push([count, part.length]);
    [text, count] = ['', 0];
  };
  for (const line of lines) {
    text += `${stringifyJson(line)}\n`;
    count += 1;
    if (count >= mostLines || text.length >= mostCharacters) await endMember();
  }
  if (count > 0) await endMember();
  return { packed: Buffer.concat(parts), members };
}
