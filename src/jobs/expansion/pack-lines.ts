import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { PackedLines } from '../../contracts/job/packed-lines.js';
import type { TaskLine } from '../../contracts/job/task-line.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';

const pack = promisify(gzip);

/** A member ends with the line that reaches one of them: to read a line costs that much, in time and in memory. */
const [mostLines, mostBytes] = [1_000, 1_000_000];

/** Tasks as JSON lines in gzip, in members that can be read one by one. Any reader of gzip reads the whole. */
export async function packLines(
  lines: Iterable<TaskLine>,
): Promise<{ packed: Buffer; members: PackedLines['members'] }> {
  const parts: Buffer[] = [];
  const members: PackedLines['members'] = [];
  // One for all members: the text of a large job would otherwise lie in memory until it is collected.
  let room = Buffer.allocUnsafe(2 * mostBytes);
  let [count, used] = [0, 0];
  const endMember = async () => {
    const part = await pack(room.subarray(0, used));
    parts.push(part);
    members.push([count, part.length]);
    [count, used] = [0, 0];
  };
  for (const line of lines) {
    const text = `${stringifyJson(line)}\n`;
    const needed = used + Buffer.byteLength(text);
    if (needed > room.length) room = Buffer.concat([room.subarray(0, used)], needed);
    used += room.write(text, used);
    count += 1;
    if (count >= mostLines || used >= mostBytes) await endMember();
  }
  if (count > 0) await endMember();
  return { packed: Buffer.concat(parts), members };
}
