import { z } from 'zod';
import { TaskLimits } from '../bundle/task-limits.js';
import { wholeNumberFrom } from '../json/number.js';
import { OutputNames } from '../task/output-names.js';
import { TaskEnv } from '../task/task-env.js';
import { closedObject } from '../validation/closed-object.js';
import { mustBe } from '../validation/must-be.js';
import { ParameterSetEntry } from './parameter-set-entry.js';

/** A SimulationStudy of ModelOps. */
export const StudyFile = closedObject('a study', {
  kind: z.literal('SimulationStudy').exactOptional(),
  model: z.string(mustBe('an import path, as in "models.sir"')),
  scenario: z.string(mustBe('the name of a scenario')),
  parameter_sets: z.array(ParameterSetEntry, mustBe('a list of parameter sets')),
  sampling_method: z.unknown().exactOptional(),
  n_replicates: wholeNumberFrom(1).exactOptional(),
  outputs: OutputNames.exactOptional(),
  env: TaskEnv.exactOptional(),
  ...TaskLimits.shape,
  targets: z.array(z.string(), mustBe('a list of entrypoints')).exactOptional(),
  min_replicates: wholeNumberFrom(1).exactOptional(),
  metadata: z.record(z.string(), z.unknown(), mustBe('an object')).exactOptional(),
});
