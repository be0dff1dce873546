import type { BenchRow } from './bench-row.js';

/** What contradicts a claim of isolation, a sentence for each method. */
export function isolationFailures(rows: BenchRow[]): string[] {
  return rows.flatMap(
    ({ workload, method, isolates, unique_processes: unique = 1, clean_statics: clean = 1 }) =>
      isolates && (unique < 1 || clean < 1)
        ? [
            `The method ${method} does not isolate (${workload}): ${percent(unique)} of its tasks had a process of their own, ${percent(clean)} found it clean. Both must be 100 %.`,
          ]
        : [],
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
