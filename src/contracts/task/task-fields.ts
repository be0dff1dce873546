import { BundleRef } from '../bundle/bundle-ref.js';
import { TaskLimits } from '../bundle/task-limits.js';
import { Entrypoint } from './entrypoint.js';
import { OutputNames } from './output-names.js';
import { ParameterSet } from './parameter-set.js';
import { Seed } from './seed.js';
import { TaskConfig } from './task-config.js';
import { TaskEnv } from './task-env.js';

/** The fields of a task, which a message extends. */
export const taskFields = {
  bundle_ref: BundleRef,
  entrypoint: Entrypoint,
  params: ParameterSet,
  seed: Seed,
  outputs: OutputNames.exactOptional(),
  config: TaskConfig.exactOptional(),
  env: TaskEnv.exactOptional(),
  ...TaskLimits.shape,
};
