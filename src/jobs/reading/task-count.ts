import type { FoundJob } from './find-job.js';

/** How many tasks are meant; undefined when nobody wrote it down. */
export function taskCount({ scope, manifest, runManifest }: FoundJob): number | undefined {
  return (scope.run === undefined ? undefined : runManifest?.tasks) ?? manifest?.task_count;
}
