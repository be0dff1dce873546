import type { Choice } from '../../reproduction/choose-tasks.js';
import type { DetailsOption } from '../details-option.js';

/** The options of `reproduce`, as commander hands them over. */
export interface ReproduceOptions extends DetailsOption {
  here?: boolean;
  sample?: Choice;
  tasks?: string;
  run?: string;
  tasksAtOnce?: number;
  timeout?: number;
}
