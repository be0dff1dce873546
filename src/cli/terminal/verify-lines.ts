import type { VerifiedJob } from '../../jobs/reading/verify-job.js';
import { counted } from '../../reporting/counted.js';

const shown = 20;

/** Whether every task of a run had a process of its own, in words. */
export function verifyLines(verified: VerifiedJob): string[] {
  const { job_id: jobId, tasks, leaks, failed_without_process: unknown } = verified;
  if (tasks === 0) return [`Job ${jobId} has no outcome yet: there is nothing to verify.`];
  const more = leaks.length > shown ? [`… and ${leaks.length - shown} more (--json shows all).`] : [];
  return [
    headline(verified),
    ...leaks.slice(0, shown).map(({ message }) => `  ${message}`),
    ...more,
    ...(unknown.length > 0
      ? [
          `${counted(unknown.length, 'failed task')} never said in which process they ran, and have no result: ${unknown.slice(0, shown).join(', ')}`,
        ]
      : []),
    ...(verified.unfinished
      ? [
          `Not finished: ${counted(verified.unfinished, 'task has', 'tasks have')} no outcome yet. Verify again at the end.`,
        ]
      : []),
  ];
}

function headline(verified: VerifiedJob): string {
  const { job_id: jobId, run, tasks, repeated, attested, cached, processes, leaks, aggregations } = verified;
  const name = `${jobId}${run === null ? '' : `, run ${run}`}`;
  if (leaks.length > 0) return `Job ${name}: NOT isolated. ${leaks.length} violations:`;
  if (attested === 0)
    return `Cannot verify job ${name}: ${tasks} of its tasks have ended, and none of them is known to have run in a process. Find out why they failed, and submit the job again.`;
  const fromBefore = cached > 0 ? `, ${cached} of them in an earlier run` : '';
  const compared = aggregations > 0 ? ` and ${counted(aggregations, 'aggregation')}` : '';
  const more =
    repeated > 0
      ? ` ${counted(repeated, 'more outcome is', 'more outcomes are')} of tasks that ended several times; they were checked too.`
      : '';
  return `Job ${name}: ${counted(attested, 'task')}${compared} ran in ${counted(processes, 'process', 'processes')}${fromBefore}; every process was fresh and ran one task.${more}`;
}
