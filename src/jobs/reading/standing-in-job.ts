import type { FoundJob } from './find-job.js';
import type { ListedOutcome } from './listed-outcome.js';
import { standingOutcomes } from './standing-outcomes.js';

/** Of each task of a job the outcome that stands; none for one that is being retried, until the retry has one. */
export function standingInJob<
  Listed extends Pick<ListedOutcome, 'taskId' | 'run' | 'outcome' | 'cached' | 'recordedAt'>,
>({ retries }: Pick<FoundJob, 'retries'>, listed: Iterable<Listed>): Map<string, Listed> {
  const outcomes = [...listed];
  const standing = standingOutcomes(outcomes);
  for (const { run, tasks } of retries) {
    const ended = new Set(outcomes.filter((outcome) => outcome.run === run).map(({ taskId }) => taskId));
    for (const task of tasks) if (!ended.has(task)) standing.delete(task);
  }
  return standing;
}
