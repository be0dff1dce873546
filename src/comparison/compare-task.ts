import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differingFacts } from './causes/differing-facts.js';
import { likelyCauses } from './causes/likely-causes.js';
import { compareFiles } from './compare-files.js';
import type { TaskDifference } from './comparison.js';
import type { OutputDifference } from './content-difference.js';
import type { TaskSide } from './task-side.js';

/** Whether two results have the same outputs, byte for byte, by their digests. */
export function sameOutputs({ outputs: one }: TaskSide, { outputs: other }: TaskSide): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && one[name]?.checksum === other[name]?.checksum)
  );
}

/**
 * What differs between two results of one task, and the likely causes.
 *
 * @param look whether the contents are looked at, where digests differ; they are brought here for that and go again
 */
export async function compareTask(
  first: TaskSide,
  second: TaskSide,
  look: boolean,
  signal: AbortSignal,
): Promise<Pick<TaskDifference, 'outputs' | 'looked_at' | 'facts' | 'causes'>> {
  const outputs: OutputDifference[] = [];
  for (const name of new Set([...Object.keys(first.outputs), ...Object.keys(second.outputs)])) {
    const [one, other] = [own(first.outputs, name), own(second.outputs, name)];
    if (one?.checksum === other?.checksum) continue;
    const difference: OutputDifference = { output: name, sizes: [one?.size ?? null, other?.size ?? null] };
    if (look && one && other) Object.assign(difference, await contentsOf(name, first, second, signal));
    outputs.push(difference);
  }
  const facts = differingFacts(first, second);
  return { outputs, looked_at: look, facts, causes: likelyCauses(outputs, first, second, facts) };
}

async function contentsOf(
  name: string,
  first: TaskSide,
  second: TaskSide,
  signal: AbortSignal,
): Promise<Pick<OutputDifference, 'content' | 'unseen'>> {
  const folder = await mkdtemp(join(tmpdir(), 'mops-cold-compare-'));
  try {
    const fileOf = async (side: TaskSide, file: string) => ({
      name,
      contentType: side.outputs[name]?.content_type ?? '',
      path: await side.bring(name, join(folder, file)),
    });
    const files = [await fileOf(first, 'first'), await fileOf(second, 'second')] as const;
    const ended = [Date.parse(first.finished_at), Date.parse(second.finished_at)] as const;
    const content = await compareFiles(...files, ended);
    signal.throwIfAborted();
    return content ? { content } : {};
  } catch (error) {
    if (signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return { unseen: `Its contents cannot be looked at: ${why}.` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function own<Value>(of: Record<string, Value>, name: string): Value | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}
