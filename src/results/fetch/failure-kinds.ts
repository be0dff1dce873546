import type { IndexRow } from './index-row.js';

/** Tasks of a job that failed alike. */
export interface FailureKind {
  outcome: string;
  reason: string;
  tasks: number;
  /** One of them. */
  task_id: string;
}

/** How the tasks of an index failed, the most frequent first. */
export function failureKinds(rows: Iterable<IndexRow>): FailureKind[] {
  const kinds = new Map<string, FailureKind>();
  for (const { outcome, reason, task_id } of rows) {
    if (outcome === 'succeeded' || outcome === 'pending') continue;
    const key = `${outcome} ${reason}`;
    const kind = kinds.get(key) ?? { outcome, reason, tasks: 0, task_id };
    kind.tasks += 1;
    kinds.set(key, kind);
  }
  return [...kinds.values()].sort((a, b) => b.tasks - a.tasks);
}
