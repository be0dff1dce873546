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
  /** Of what is known to have begun. */
  begun: number;
}): JobState {
  const { total = counts.ended, ended, succeeded, begun } = counts;
  if (ended === 0) return begun > 0 ? 'running' : 'pending';
  if (ended < total) return 'running';
  if (succeeded === ended) return 'succeeded';
  return succeeded === 0 ? 'failed' : 'partial';
}
