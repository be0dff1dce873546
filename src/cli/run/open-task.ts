import { readSettings } from '../../config/read-settings.js';
import type { Settings } from '../../config/settings.js';
import { namedBundle } from '../../connections/named-bundle.js';
import { openCache } from '../../connections/open-bundles.js';
import type { SimTask } from '../../contracts/task/sim-task.js';
import type { HeldBundle } from '../../simulation/ports.js';
import type { CliContext } from '../cli-context.js';
import { withBundle } from '../with-bundle.js';
import { readTask } from './read-task.js';
import type { TaskOptions } from './task-options.js';

/**
 * The one task that the options name, with its bundle brought here, which the caller has to release.
 *
 * @throws UsageError
 */
export async function openTask(
  options: TaskOptions,
  context: CliContext,
): Promise<{ settings: Settings; task: SimTask; bundle: HeldBundle; fromStore: boolean }> {
  const { settings } = readSettings(context.env);
  const [named, task] = await withBundle(namedBundle(options.bundle, settings, context), (ref) =>
    readTask(options, ref),
  );
  const bundle = await openCache(settings, await named.source()).ensureLocal(task.bundle_ref, context.signal);
  return { settings, task, bundle, fromStore: named.kind === 'reference' };
}
