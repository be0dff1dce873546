import { forEachConcurrently } from '../../jobs/for-each-concurrently.js';
import type { ListedOutcome } from '../../jobs/reading/listed-outcome.js';
import { worthOf } from '../../jobs/reading/standing-outcomes.js';
import type { IndexRow } from './index-row.js';
import type { KnownIndex } from './read-index.js';
import { isComplete, isUntouched } from './row-files.js';

const atOnce = 16;

export interface FetchPlan {
  toFetch: ListedOutcome[];
  /** Rows of before that stay as they are, by task. */
  rows: Map<string, IndexRow>;
  /** Files of rows that stay because storage says the same. */
  present: number;
  /** Tasks whose row is better than what was asked for. */
  better: number;
  /** Tasks of which storage no longer knows how they ended: their rows stay, or are gone with their files. */
  forgotten: { kept: number; lost: number };
}

/**
 * What of a job's results has to be brought, and which rows stand as they are. An index never becomes poorer: a row stays
 * while its results lie in the folder and storage has nothing better.
 *
 * @param standing what storage says, by task
 * @param run the one that was asked for; all of them when undefined
 */
export async function planFetch(
  standing: ReadonlyMap<string, ListedOutcome>,
  { rows: known, writtenNs }: KnownIndex,
  { folder, run }: { folder: string; run: string | undefined },
  signal: AbortSignal,
): Promise<FetchPlan> {
  const plan: FetchPlan = {
    toFetch: [],
    rows: new Map(),
    present: 0,
    better: 0,
    forgotten: { kept: 0, lost: 0 },
  };
  const keep = (row: IndexRow) => plan.rows.set(row.task_id, row);

  const ofKnown = async (row: IndexRow) => {
    if (row.outcome === 'pending') return;
    const outcome = standing.get(row.task_id);
    if (outcome === undefined) {
      const complete = await isComplete(folder, row);
      if (complete) keep(row);
      const asked = run === undefined || run === row.run;
      if (asked) plan.forgotten[complete ? 'kept' : 'lost'] += 1;
    } else if (isOf(row, outcome)) {
      // A row of an earlier version is completed: its files stay.
      if (row.abfs === undefined || !(await isUntouched(folder, row, writtenNs))) return;
      keep(row);
      plan.present += Object.keys(row.artifacts).length + Object.keys(row.partial).length;
    } else if (worthOf(row) > worthOf(outcome) && (await isComplete(folder, row))) {
      keep(row);
      if (run === undefined) plan.forgotten.kept += 1;
      else plan.better += 1;
    }
  };
  await forEachConcurrently(known.values(), atOnce, signal, ofKnown);
  plan.toFetch = [...standing.values()].filter(({ taskId }) => !plan.rows.has(taskId));
  return plan;
}

/** Outcomes are written once and never changed: run and task name one. */
function isOf(row: IndexRow, { run, outcome, cached }: ListedOutcome): boolean {
  return row.run === run && row.outcome === outcome && row.cached === cached;
}
