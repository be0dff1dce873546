import { limitsOf } from '../bundle/limits-of.js';
import type { TaskLimits } from '../bundle/task-limits.js';
import type { StopRule } from '../message/stop-rule.js';
import type { TaskMessage } from '../message/task-message.js';
import type { RunManifest } from './run-manifest.js';

/** What the manifest of a run says of each of its tasks, in place of what the task says itself: fields of every message of the run. */
export function runTerms(
  manifest: Omit<RunManifest, 'submitted_at' | 'messages' | 'tasks'>,
): Pick<TaskMessage, 'no_cache'> & TaskLimits & StopRule & { run: string } {
  const { run, no_cache, stop_after_failures: ofRun, stop_set_after_failures: ofSet } = manifest;
  return {
    run,
    ...(no_cache && { no_cache }),
    ...limitsOf(manifest),
    ...(ofRun !== undefined && { stop_after_failures: ofRun }),
    ...(ofSet !== undefined && { stop_set_after_failures: ofSet }),
  };
}
