import type { FailureGroup } from '../../jobs/reading/group-failures.js';
import type { Failures } from '../../jobs/reading/read-failures.js';
import { counted } from '../../reporting/counted.js';
import { parameterWords } from './parameter-words.js';
import { shortId } from './short-id.js';

/**
 * Why tasks of a job failed, for people.
 *
 * @param most how many ways of failing are shown; all of them by default
 */
export function failureGroupLines(
  { failed, read, groups }: Failures,
  jobId: string,
  most = groups.length,
): string[] {
  if (failed === 0) return [`No task of job ${jobId} has failed.`];
  const seen = read < failed ? `; what follows is of ${read} of them, spread over all` : '';
  return [
    `${counted(failed, 'task')} of job ${jobId} failed, in ${counted(groups.length, 'way')}${seen}:`,
    ...groups.slice(0, most).flatMap((group) => groupLines(group, jobId)),
    ...(groups.length > most ? ['', `The other ${groups.length - most}: mops-cold errors ${jobId}`] : []),
  ];
}

function groupLines(
  { outcome, error_type: type, place, reason, reasons, tasks, common, task_id: example }: FailureGroup,
  jobId: string,
): string[] {
  const what = type === outcome ? outcome : `${outcome}, ${type}`;
  const words = parameterWords(common);
  const indent = ' '.repeat(9);
  return [
    '',
    `${String(tasks).padStart(7)}  ${what}${place === '' ? '' : ` in ${place}`}`,
    `${indent}${reason || 'no reason is known'}${reasons > 1 ? ` (and ${counted(reasons - 1, 'other wording')})` : ''}`,
    ...(words === '' ? [] : [`${indent}${tasks > 1 ? 'All have' : 'It has'} ${words}`]),
    `${indent}${tasks > 1 ? 'One of them' : 'Its log'}: mops-cold logs ${jobId} ${shortId(example)}`,
  ];
}
