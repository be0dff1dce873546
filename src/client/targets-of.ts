import type { NamedBundle } from '../connections/named-bundle.js';
import { openCache } from '../connections/open-bundles.js';
import type { OpenStorage } from '../connections/open-storage.js';
import { registeredTargets } from '../connections/registered-targets.js';
import { resolveTarget } from '../connections/registry-targets.js';
import { TargetEntrypoint } from '../contracts/task/target-entrypoint.js';
import { UsageError } from '../reporting/usage-error.js';

/**
 * Targets as `module:function`, each once: they may be given so, or by their names in the bundle's registry.
 *
 * @throws UsageError that names one that is neither
 */
export async function targetsOf(
  names: readonly string[],
  bundle: NamedBundle,
  settings: OpenStorage['settings'],
  signal: AbortSignal,
): Promise<string[]> {
  const isNamed = names.some((name) => resolveTarget(name, new Map()) === undefined);
  const fromStore = async () => openCache(settings, await bundle.source());
  const known = isNamed ? await registeredTargets(bundle, fromStore, signal) : { registered: new Map() };
  const registered = 'registered' in known ? known.registered : new Map<string, string>();
  const targets = names.map((name) => {
    const target = resolveTarget(name, registered);
    if (target === undefined)
      throw new UsageError(
        `Cannot submit: ${name} is neither "module:function" nor a target in the bundle's registry.yaml${registered.size > 0 ? `, which has ${[...registered.keys()].join(', ')}` : ''}. Register it, or leave it out.${'why' in known ? ` ${known.why}` : ''}`,
      );
    const checked = TargetEntrypoint.safeParse(target);
    if (!checked.success)
      throw new UsageError(`Cannot submit: the target ${target} ${checked.error.issues[0]?.message}.`);
    return target;
  });
  return [...new Set(targets)];
}
