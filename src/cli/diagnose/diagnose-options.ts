import type { Choice } from '../../reproduction/choose-tasks.js';
import type { TaskSetOptions } from '../submit/submit-options.js';

/** The options of `diagnose`, as commander hands them over. */
export interface DiagnoseOptions extends TaskSetOptions {
  study?: string;
  job?: string;
  sample?: Choice;
  to?: string;
  write?: boolean;
  inApp?: boolean;
  shuffleSeed?: number;
  tasksAtOnce?: number;
}
