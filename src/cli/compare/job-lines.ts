import type { ComparedJobs } from '../../comparison/compare-jobs.js';
import { counted } from '../../reporting/counted.js';
import { someNames } from '../terminal/some-names.js';

/** What of two jobs was not compared, for people. */
export function jobLines(compared: ComparedJobs): string[] {
  const { first, second, shared, compared: both, not_succeeded, unfinished } = compared;
  const { only_in_first: left, only_in_second: right } = compared;
  const failed = not_succeeded.map(({ task_id, outcomes: [one, other] }) => `${task_id} (${one}, ${other})`);
  return [
    ...(shared === 0
      ? [
          `Cannot compare ${first.job_id} with ${second.job_id}: they share no task. A task is shared when entrypoint, parameters, seed, outputs, config and env are the same.`,
        ]
      : both === 0 && compared.uncompared.length === 0
        ? [
            `Cannot compare ${first.job_id} with ${second.job_id}: none of the ${counted(shared, 'task')} that they share has succeeded in both.`,
          ]
        : []),
    ...(failed.length > 0
      ? [`${counted(failed.length, 'shared task')} did not succeed in both: ${someNames(failed)}`]
      : []),
    ...(unfinished > 0
      ? [
          `Not finished: ${counted(unfinished, 'shared task')} without an outcome in one of them. Compare again at the end.`,
        ]
      : []),
    ...(left.length > 0 ? [`${counted(left.length, 'task')} only in the first: ${someNames(left)}`] : []),
    ...(right.length > 0 ? [`${counted(right.length, 'task')} only in the second: ${someNames(right)}`] : []),
  ];
}
