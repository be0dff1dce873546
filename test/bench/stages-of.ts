import { type Quantiles, quantiles } from '../../src/benchmark/quantiles.js';

const storage = ['lookup', 'bundle', 'upload', 'commit'];
/** It is over when the invocation begins. */
const beforeIt = 'queue_wait';
/** No stages: what others add up to, and processor time. */
const sums = ['overhead_seconds', 'cpu_seconds'];

/** How long each stage of some invocations took, from the metrics of their outcome records. */
export function stagesOf(metrics: Record<string, number>[]): {
  /**
   * Quantiles by stage, in milliseconds: `simulate` is the time inside the wire function, `rest` what an invocation took
   * beside its stages.
   */
  stages: Record<string, Quantiles>;
  /** Of each invocation, what is neither simulation nor storage. */
  overheadMs: number[];
} {
  // A message that came twice has no run of its own, and no total.
  const runs = metrics.flatMap(({ total_seconds: total, execution_duration: simulate, ...others }) =>
    total === undefined || simulate === undefined
      ? []
      : { total, stages: { simulate, ...secondsOf(others) } as Record<string, number> },
  );
  const names = new Set(runs.flatMap(({ stages }) => Object.keys(stages)));
  const ms = (of: (run: (typeof runs)[number]) => number | undefined) =>
    runs.flatMap((run) => of(run) ?? []).map((seconds) => seconds * 1000);
  const without = ({ total, stages }: (typeof runs)[number], wanted: (stage: string) => boolean) =>
    Object.entries(stages).reduce((rest, [name, took]) => (wanted(name) ? rest - took : rest), total);
  return {
    stages: {
      ...Object.fromEntries([...names].map((name) => [name, quantiles(ms(({ stages }) => stages[name]))])),
      rest: quantiles(ms((run) => without(run, (stage) => stage !== beforeIt))),
      total: quantiles(ms(({ total }) => total)),
    },
    overheadMs: ms((run) => without(run, (stage) => stage === 'simulate' || storage.includes(stage))),
  };
}

function secondsOf(metrics: Record<string, number>): Record<string, number> {
  const named = Object.entries(metrics).filter(([name]) => name.endsWith('_seconds') && !sums.includes(name));
  return Object.fromEntries(named.map(([name, seconds]) => [name.replace(/_seconds$/, ''), seconds]));
}
