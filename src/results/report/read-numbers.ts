import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forEachConcurrently } from '../../jobs/for-each-concurrently.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { outputsOf, readOutput } from '../tables/read-output.js';
import type { TaskRow } from '../tables/task-row.js';
import { numbersIn } from './numbers-in.js';

/** Tasks whose outputs are read at the same time. */
const atOnce = 16;
/** Bytes: what is larger is no number, no flat record and no table of one row. */
const largest = 64 * 1024;
/** An output that had no numbers in so many tasks is not read of the others. */
const enoughTried = 20;

export interface ReadNumbers {
  /** By task; empty of one without. */
  numbers: Map<string, Record<string, number>>;
  /** Outputs that are neither numbers nor flat records nor tables of one row. */
  others: string[];
  /** Tasks of which an output could not be read, and what was said of the first such output. */
  unreadable: { tasks: number; first: string };
}

/** The numbers among the outputs of tasks that succeeded, each output verified: a request for each small one, more where a result was made by an earlier run. */
export async function readNumbers(
  storage: Pick<JobStorage, 'jobs' | 'blobs' | 'results'>,
  rows: Iterable<TaskRow>,
  signal: AbortSignal,
  onRead: () => void = () => undefined,
): Promise<ReadNumbers> {
  const numbers = new Map<string, Record<string, number>>();
  const tried = new Map<string, { without: number; with: number }>();
  const unreadable = { tasks: 0, first: '' };
  const isOther = (name: string) => {
    const known = tried.get(name);
    return known !== undefined && known.with === 0 && known.without >= enoughTried;
  };
  const folder = await mkdtemp(join(tmpdir(), 'mops-cold-report-'));
  try {
    await forEachConcurrently(rows, atOnce, signal, async (row) => {
      if (row.outcome === 'succeeded') {
        const problems = await numbersOf(row);
        if (problems.length > 0) unreadable.tasks += 1;
        unreadable.first ||= problems[0] ?? '';
      }
      onRead();
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const others = [...tried].filter(([, known]) => known.with === 0).map(([name]) => name);
  return { numbers, others: others.sort(), unreadable };

  /** @returns a sentence about each output that could not be read */
  async function numbersOf(row: TaskRow): Promise<string[]> {
    const own: Record<string, number> = {};
    numbers.set(row.task_id, own);
    const problems: string[] = [];
    const orProblem = async <Value>(what: string, reading: Promise<Value>): Promise<Value | undefined> => {
      try {
        return await reading;
      } catch (error) {
        if (signal.aborted) throw error;
        const message = error instanceof Error ? error.message : String(error);
        problems.push(`Task ${row.task_id}, ${what}: ${message.replace(/\.$/, '')}.`);
        return undefined;
      }
    };
    const names = row.outputs ?? Object.keys((await orProblem('its result', outputsOf(storage, row))) ?? {});
    for (const name of names)
      if (!isOther(name)) await orProblem(`output "${name}"`, readOne(row, name, own));
    return problems;
  }

  async function readOne(row: TaskRow, name: string, own: Record<string, number>): Promise<void> {
    const { content, contentType, dispose } = await readOutput(storage, row, name, folder, signal);
    const found = await numbersIn(name, contentType, content, largest).finally(dispose);
    const known = tried.get(name) ?? { without: 0, with: 0 };
    known[found ? 'with' : 'without'] += 1;
    tried.set(name, known);
    Object.assign(own, found);
  }
}
