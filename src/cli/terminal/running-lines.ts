import type { JobStatus } from '../../jobs/reading/read-job-status.js';
import { counted } from '../../reporting/counted.js';
import { formatDuration } from '../../reporting/format-duration.js';
import { parameterWords } from './parameter-words.js';
import { shortId } from './short-id.js';

/** What runs now and for how long, for people: nothing where nothing is known to. */
export function runningLines(
  { running: { tasks, longest, silent, heard_at: heardAt } }: Pick<JobStatus, 'running'>,
  now = Date.now(),
): string[] {
  const ago = (at: string) => formatDuration(Math.max(0, now - Date.parse(at)) / 1000);
  const others = tasks - longest.length;
  return [
    ...(tasks > 0
      ? [`${counted(tasks, 'task runs', 'tasks run')} now, as told ${heardAt ? ago(heardAt) : '?'} ago:`]
      : []),
    ...longest.map(
      ({ task_id: id, params, seed, since }) =>
        `  ${shortId(id)}  for ${ago(since)}: ${parameterWords({ ...params, seed })}`,
    ),
    ...(tasks > 0 && others > 0 ? [`  and ${others} more, for a shorter time`] : []),
    ...(silent > 0
      ? [`${counted(silent, 'task')} ran on an instance that has not been heard of for 90 s or more.`]
      : []),
  ];
}
