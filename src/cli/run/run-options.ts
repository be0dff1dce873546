import type { SubmitOptions } from '../submit/submit-options.js';
import type { TaskOptions } from './task-options.js';

/** The options of `run`, as commander hands them over. */
export interface RunOptions
  extends Omit<SubmitOptions, 'run' | 'dryRun' | 'watch' | 'preflightInApp' | 'yes'>,
    Omit<TaskOptions, 'bundle' | 'entrypoint'> {
  to?: string;
  storage?: string;
  tasksAtOnce?: number;
  verbose?: boolean;
}
