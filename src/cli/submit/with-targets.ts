import { readSettings } from '../../config/read-settings.js';
import type { NamedBundle } from '../../connections/named-bundle.js';
import { openCache } from '../../connections/open-bundles.js';
import type { TaskLine } from '../../contracts/job/task-line.js';
import { TargetEntrypoint } from '../../contracts/task/target-entrypoint.js';
import { compareWithTargets } from '../../jobs/submission/compare-with-targets.js';
import { chosenTargets } from '../../preflight/chosen-targets.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import type { Output } from '../terminal/output.js';
import type { Comparison } from './comparison.js';
import type { ReadSubmission } from './read-submission.js';
import type { SubmitOptions } from './submit-options.js';

/**
 * The tasks of a submission with the targets that its parameter sets are compared with.
 *
 * @returns `targets`: what is to be checked before anything is sent, names that nobody knows among them
 * @throws UsageError
 */
export async function withTargets(
  lines: TaskLine[],
  read: Pick<ReadSubmission, 'targets' | 'minReplicates'>,
  bundle: NamedBundle,
  options: SubmitOptions,
  { output, context }: { output: Output; context: CliContext },
): Promise<{ lines: TaskLine[]; targets: string[]; comparison?: Comparison }> {
  const { verb = 'submit', preflight, dryRun = false, target, minReplicates = read.minReplicates } = options;
  if (options.targets === false) {
    if (target || options.minReplicates !== undefined)
      throw new UsageError(
        `Cannot use --no-targets with --${target ? 'target' : 'min-replicates'}: leave one of them out.`,
      );
    return { lines, targets: [] };
  }
  const { settings } = readSettings(context.env);
  const named = target ?? (read.targets.length > 0 ? read.targets : undefined);
  const isLookedUp = named !== undefined || bundle.folder !== undefined || preflight;
  const bundles = async () => openCache(settings, await bundle.source());
  const mayFetch = preflight && !dryRun ? bundles : undefined;
  const chosen = isLookedUp
    ? await chosenTargets(named, bundle, mayFetch, context.signal)
    : { targets: [], unknown: [], remarks: [] };
  for (const remark of chosen.remarks) output.note(remark);
  const { targets, unknown } = chosen;
  for (const name of targets) {
    const { success, error } = TargetEntrypoint.safeParse(name);
    if (!success) throw new UsageError(`Cannot ${verb}: the target ${name} ${error.issues[0]?.message}.`);
  }
  if (unknown.length > 0 && !preflight)
    throw new UsageError(
      `Cannot ${verb}: ${unknown.join(', ')} is neither "module:function" nor a target in the bundle's registry.yaml. Register it, or leave it out.`,
    );
  if (targets.length === 0) {
    if (options.minReplicates !== undefined && unknown.length === 0)
      throw new UsageError(
        'Cannot use --min-replicates: there are no targets that parameter sets are compared with. Name one with --target.',
      );
    return { lines, targets: unknown };
  }
  const compared = compareWithTargets(lines, targets, minReplicates);
  return {
    lines: compared.lines,
    targets: [...targets, ...unknown],
    comparison: {
      targets,
      parameter_sets: compared.sets,
      ...(minReplicates !== undefined && { min_replicates: minReplicates }),
    },
  };
}
