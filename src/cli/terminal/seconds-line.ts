import type { SummedSeconds } from '../../jobs/add-seconds.js';
import { counted } from '../../reporting/counted.js';
import { formatDuration } from '../../reporting/format-duration.js';

const stages = ['start', 'import', 'simulate', 'write', 'exit', 'upload'] as const;

/** Where a job's time went, for people: the tasks' own stages added up, and how long one waited for its turn. */
export function secondsLine(of: SummedSeconds): string {
  const total = stages.reduce((sum, stage) => sum + of[stage], 0);
  const share = (seconds: number) => (total > 0 ? Math.round((seconds / total) * 100) : 0);
  const parts = stages.map((stage) => `${stage} ${formatDuration(of[stage])} (${share(of[stage])} %)`);
  const ahead =
    of.started_ahead > 0
      ? ` Started ahead, while an earlier task ran: ${counted(of.started_ahead, 'process', 'processes')}, whose start and import cost less.`
      : '';
  return `Time in ${counted(of.tasks, 'task')}, ${formatDuration(total)} in all: ${parts.join(', ')}; in the queue they waited ${formatDuration(of.wait / of.tasks)} on average.${ahead}`;
}
