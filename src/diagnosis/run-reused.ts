import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeArtifactName } from '../contracts/result/artifact-name.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import type { TaskPlace } from '../local-run/task-place.js';
import { packageRoot } from '../package/package-root.js';
import { wireLine } from '../runner/process/wire-line.js';
import type { Answer, OutputFile } from './answer.js';
import { type Change, TaskEvent } from './change.js';
import { digestOf } from './digest-of.js';

export interface ReuseOptions {
  /** Whether the state of the process is compared before and after each task. */
  watch?: boolean;
  /** What is put back, before which task of the sequence, to its value before which one. */
  restore?: { before: number; from: number; changes: string[] }[];
}

/** What came of a sequence of tasks in one process. */
export interface ReusedRun {
  /** As many as there are tasks; undefined after one that ended the process. */
  answers: (Answer | undefined)[];
  /** What each task has changed; empty unless it was watched. */
  changes: Change[][];
  /** What could not be looked into, in sentences. */
  unseen: string[];
  /** Why something could not be put back, by key. */
  notRestored: Record<string, string>;
}

const events = 'events.jsonl';

/**
 * Runs tasks one after the other in one Python process that is used for nothing else, with the environment and limits of the first.
 *
 * @param use gets what came of it; the files of outputs go when it is done
 */
export async function runReused<T>(
  place: TaskPlace,
  sequence: SimTask[],
  { watch = false, restore = [] }: ReuseOptions,
  use: (run: ReusedRun) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const [first] = sequence;
  if (first === undefined) throw new Error('Cannot reuse a process: there is no task.');
  const script = join(packageRoot, 'src', 'diagnosis', 'python', 'reuse.py');
  const input = ({ bundle, outputs }: { bundle: string; outputs: string }) => ({
    bundle,
    wire: wireLine(place),
    entrypoint: first.entrypoint,
    tasks: sequence.map(({ params, seed }) => ({ params: params.values, seed })),
    outputs,
    watch,
    roots: [bundle, sitePackages(place)],
    restore,
  });
  const report = await place.runProgram(first, { script, input, pulse: events }, signal);
  try {
    const told = await readEvents(join(report.outputs, events));
    const byTask = new Map(told.map((event) => [event.task, event]));
    const answers: (Answer | undefined)[] = [];
    for (const [index, task] of sequence.entries()) {
      const event = byTask.get(index);
      const before = answers[index - 1];
      if (event) answers.push(await answerOf(event, join(report.outputs, String(index)), task));
      else if (index > 0 && before?.kind !== 'raised' && before?.kind !== 'returned') answers.push(undefined);
      else answers.push(endOf(report));
    }
    return await use({
      answers,
      changes: sequence.map((_, index) => byTask.get(index)?.changes ?? []),
      unseen: [...new Set(told.flatMap((event) => event.unseen))],
      notRestored: Object.assign({}, ...told.map((event) => event.not_restored)),
    });
  } finally {
    await report.dispose();
  }
}

/** A crash may leave half a line. */
async function readEvents(path: string): Promise<TaskEvent[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => TaskEvent.parse(JSON.parse(line)));
}

async function answerOf({ outcome, outputs }: TaskEvent, folder: string, task: SimTask): Promise<Answer> {
  if (outcome.kind === 'raised') return outcome;
  const files: Record<string, OutputFile> = {};
  for (const name of outputs) {
    if (task.outputs && !task.outputs.includes(name)) continue;
    const path = join(folder, encodeArtifactName(name));
    files[name] = { path, size: (await stat(path)).size, digest: await digestOf(path), contentType: '' };
  }
  return { kind: 'returned', outputs: files };
}

function endOf({
  exit,
  limit,
  stack,
  stderrTail,
}: Awaited<ReturnType<TaskPlace['runProgram']>>): Answer & { kind: 'ended' } {
  if (limit === 'timed-out')
    return { kind: 'ended', outcome: limit, reason: 'It did not end within the time of a task.' };
  if (limit === 'out-of-memory')
    return { kind: 'ended', outcome: limit, reason: 'The process held more memory than a task may.' };
  const said = [stack, stderrTail].find((text) => text.trim() !== '');
  const last = said?.trim().split('\n').slice(-1)[0];
  const how = exit.signal === null ? `exit code ${exit.code}` : exit.signal;
  return {
    kind: 'ended',
    outcome: 'crashed',
    reason: `The process ended with ${how}${last ? `: ${last.slice(0, 200)}` : ''}.`,
  };
}

function sitePackages({ environment: { python, version } }: TaskPlace): string {
  const [major, minor] = version.split('.');
  return join(dirname(dirname(python)), 'lib', `python${major}.${minor}`, 'site-packages');
}
