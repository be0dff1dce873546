import { type Quantiles, quantiles } from '../../src/cli/bench/quantiles.js';

const storage = ['lookup_seconds', 'bundle_seconds', 'upload_seconds', 'commit_seconds'];
/** No stages: what others add up to, and processor time. */
const sums = ['total_seconds', 'overhead_seconds', 'cpu_seconds'];

/** How long each stage of some invocations took, from the metrics of their outcome records. */
export function stagesOf(metrics: Record<string, number>[]): {
  /** Quantiles by stage, in milliseconds; `simulate` is the time inside the wire function. */
  stages: Record<string, Quantiles>;
  /** Of each invocation, what is neither simulation nor storage. */
  overheadMs: number[];
} {
  const stages: Record<string, Quantiles> = {};
  const names = new Set(metrics.flatMap((of) => Object.keys(of)));
  for (const name of ['execution_duration', ...names]) {
    if ((!name.endsWith('_seconds') && name !== 'execution_duration') || sums.includes(name)) continue;
    const stage = name === 'execution_duration' ? 'simulate' : name.replace(/_seconds$/, '');
    stages[stage] = quantiles(metrics.flatMap((of) => (of[name] === undefined ? [] : of[name] * 1000)));
  }
  const total = metrics.flatMap(({ total_seconds: seconds }) =>
    seconds === undefined ? [] : seconds * 1000,
  );
  if (total.length > 0) stages.total = quantiles(total);
  // A message that came twice has no run of its own, and no total.
  const overheadMs = metrics.flatMap(({ total_seconds: total, execution_duration: simulate, ...of }) =>
    total === undefined || simulate === undefined
      ? []
      : 1000 * (total - simulate - storage.reduce((sum, name) => sum + (of[name] ?? 0), 0)),
  );
  return { stages, overheadMs };
}
