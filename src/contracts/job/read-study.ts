import type { z } from 'zod';
import { BundleRef } from '../bundle/bundle-ref.js';
import { limitsOf } from '../bundle/limits-of.js';
import { paramId } from '../identities/param-id.js';
import { replicateSeed } from '../identities/replicate-seed.js';
import type { Items } from '../json/parse-apart.js';
import { Entrypoint } from '../task/entrypoint.js';
import type { SimTask } from '../task/sim-task.js';
import { checkedAt } from '../validation/checked-at.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { maxTasks } from './max-tasks.js';
import { ParameterSetEntry } from './parameter-set-entry.js';
import { StudyFile } from './study-file.js';
import type { Submission } from './submission.js';

/**
 * The tasks of a SimulationStudy: for a parameter set with a seed that one, for every other `n_replicates`
 * with the seeds that modelops-contracts derives.
 *
 * @param file the study, its list of parameter sets empty
 * @param items its parameter sets
 */
export function readStudy(file: unknown, items: Items, bundleRef?: string): Submission {
  if (bundleRef === undefined) {
    throw new ContractViolation(
      ['bundle_ref'],
      'is missing: a study does not name its bundle, so give it with --bundle',
      'The file',
    );
  }
  const bundle = checkedAt(['bundle_ref'], BundleRef, bundleRef, 'The file');
  const study = checkedAt([], StudyFile, file, 'The file');
  const entrypoint = checkedAt(['model'], Entrypoint, `${study.model}/${study.scenario}`, 'The file');
  const { outputs, env } = study;
  const task = (values: SimTask['params']['values'], param_id: string, seed: bigint): SimTask => ({
    bundle_ref: bundle,
    entrypoint,
    params: { param_id, values },
    seed,
    ...(outputs && { outputs }),
    ...(env && { env }),
  });

  const sets = Array.from(items, (item, index) =>
    checkedAt(['parameter_sets', index], ParameterSetEntry, item, 'The file'),
  );
  const replicates = study.n_replicates ?? 1;
  const count = sets.reduce((sum, { seed }) => sum + (seed === undefined ? replicates : 1), 0);
  if (count === 0)
    throw new ContractViolation(
      ['parameter_sets'],
      'is empty: a study must have a parameter set',
      'The file',
    );
  if (count > maxTasks) {
    throw new ContractViolation(
      ['parameter_sets'],
      `makes ${count} tasks: split it into studies of at most ${maxTasks}`,
      'The file',
    );
  }
  return {
    bundleRef: bundle,
    tasks: sets.flatMap(({ params, seed }) => {
      const id = paramId(params);
      if (seed !== undefined) return [task(params, id, seed)];
      return Array.from({ length: replicates }, (_, index) => task(params, id, replicateSeed(id, index)));
    }),
    limits: limitsOf(study),
    targets: study.targets ?? [],
    ...(study.min_replicates !== undefined && { minReplicates: study.min_replicates }),
    said: saidOf(study),
    withoutEffect: [],
  };
}

/** Everything but the parameter sets. */
function saidOf({ parameter_sets: _, ...said }: z.output<typeof StudyFile>): Record<string, unknown> {
  return said;
}
