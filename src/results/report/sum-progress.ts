import type { TaskRow } from '../tables/task-row.js';
import { evenSpan } from './even-span.js';
import type { Progress } from './report-data.js';

const mostSpans = 120;

/** How many tasks ended when. @returns null when none did */
export function sumProgress(rows: Pick<TaskRow, 'outcome' | 'finished_at'>[]): Progress | null {
  const ended = rows.flatMap(({ outcome, finished_at }) =>
    finished_at === null ? [] : [{ outcome, at: Date.parse(finished_at) }],
  );
  if (ended.length === 0) return null;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { at } of ended) [first, last] = [Math.min(first, at), Math.max(last, at)];
  const spanMs = evenSpan(last - first, mostSpans);
  const from = Math.floor(first / spanMs) * spanMs;
  const spans = Math.floor((last - from) / spanMs) + 1;
  const series = new Map<string, number[]>();
  for (const { outcome, at } of ended) {
    const tasks = series.get(outcome) ?? Array<number>(spans).fill(0);
    const span = Math.floor((at - from) / spanMs);
    tasks[span] = (tasks[span] ?? 0) + 1;
    series.set(outcome, tasks);
  }
  return { from, spanMs, series: [...series].map(([outcome, tasks]) => ({ outcome, tasks })) };
}
