/** In ModelOps' words. */
export type JobState = 'pending' | 'running' | 'succeeded' | 'partial' | 'failed';

/**
 * One word for where a run stands.
 *
 * @param counts.total undefined when nobody wrote down how many tasks there are: then those that ended are all that count.
 */
export function jobState(counts: {
  total: number | undefined;
  ended: number;
  succeeded: number;
  interrupted: number;
}): JobState {
  const { total = counts.ended, ended, succeeded, interrupted } = counts;
  if (ended === 0) return interrupted > 0 ? 'running' : 'pending';
  if (ended < total) return 'running';
  if (succeeded === ended) return 'succeeded';
  return succeeded === 0 ? 'failed' : 'partial';
}
