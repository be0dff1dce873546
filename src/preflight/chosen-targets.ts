import type { NamedBundle } from '../connections/named-bundle.js';
import { registeredTargets } from '../connections/registered-targets.js';
import { resolveTarget } from '../connections/registry-targets.js';
import type { Bundles } from '../simulation/ports.js';

export interface ChosenTargets {
  /** `module:function` or `module/function`, each once. */
  targets: string[];
  /** Names that neither are such nor stand in the bundle's registry. */
  unknown: string[];
  /** What a person should know of how they were chosen, a sentence each. */
  remarks: string[];
}

/**
 * With which targets the parameter sets of a submission are compared, in ModelOps' order: those of the command line, else those of its
 * file, else all that the bundle registers.
 *
 * @param named those that were named; undefined when none were
 * @param bundles where a bundle that is no folder can be had, if it may be looked into
 */
export async function chosenTargets(
  named: string[] | undefined,
  bundle: Pick<NamedBundle, 'ref' | 'folder'>,
  bundles: (() => Promise<Bundles>) | undefined,
  signal: AbortSignal,
): Promise<ChosenTargets> {
  if (named?.every(isFunction)) return { targets: [...new Set(named)], unknown: [], remarks: [] };
  const registry = await registeredTargets(bundle, bundles, signal);
  if (named !== undefined) {
    const registered = 'registered' in registry ? registry.registered : new Map<string, string>();
    const resolved = named.map((name) => ({ name, target: resolveTarget(name, registered) }));
    return {
      targets: [...new Set(resolved.flatMap(({ target }) => target ?? []))],
      unknown: resolved.filter(({ target }) => target === undefined).map(({ name }) => name),
      remarks: 'why' in registry ? [registry.why] : [],
    };
  }
  if ('why' in registry)
    return {
      targets: [],
      unknown: [],
      remarks: [
        `${registry.why} Parameter sets are compared with no targets; name some with --target, or say --no-targets.`,
      ],
    };
  const targets = [...new Set(registry.registered.values())];
  return {
    targets,
    unknown: [],
    remarks:
      targets.length === 0
        ? []
        : [
            `Parameter sets are compared with the targets that the bundle registers (${[...registry.registered.keys()].join(', ')}); --no-targets leaves that out.`,
          ],
  };
}

const isFunction = (name: string): boolean => /[:/]/.test(name);
