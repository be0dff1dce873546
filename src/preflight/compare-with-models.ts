import { normalisedName } from '../contracts/bundle/normalised-name.js';
import type { WireFunction } from '../contracts/result/attestation.js';
import type { Finding } from './finding.js';

/** What a bundle's `registry.yaml` knows, each as `module:object`. */
export interface Registered {
  models: readonly string[];
  targets: readonly string[];
}

/**
 * Says of an entrypoint whether the bundle's registry has it, as Calabaria will look for it: what is behind `/` does not count, and a
 * module stands for the first of its models. Calabaria answers an entrypoint that it does not find with an empty table, so that its
 * task succeeds; any other wire function decides for itself.
 *
 * @param name the entrypoint
 * @param finding what its import found out
 */
export function compareWithModels(
  name: string,
  finding: Finding,
  wire: WireFunction | undefined,
  registered: Registered,
): Finding {
  const ofCalabaria = normalisedName(wire?.distribution ?? '') === 'modelops-calabaria';
  const { models } = registered;
  if (finding.state === 'missing' || (models.length === 0 && !ofCalabaria)) return finding;
  const [module = ''] = name.split('/');
  const ofModule = models.filter((model) => model.startsWith(`${module}:`));
  const [first] = ofModule;
  if ([...models, ...registered.targets].includes(module)) return finding;
  if (first !== undefined) {
    const others = ofModule.length > 1 ? `, the first of ${ofModule.length} in that module` : '';
    const said = `${finding.found}, which its registry.yaml has as ${first}${others}`;
    return { ...finding, found: said };
  }
  const has =
    models.length === 0
      ? 'the bundle has no .modelops-bundle/registry.yaml that names a model'
      : `its registry.yaml has ${models.join(', ')}`;
  if (!ofCalabaria) {
    return { ...finding, found: `${finding.found}. It is none of its registered models (${has})` };
  }
  const cure =
    models.length === 0
      ? 'Register the model (`mops-bundle register-model`).'
      : 'Name one of these, or its module and a scenario, as in models.sir/baseline.';
  return {
    ...finding,
    state: 'missing',
    found: `${name} is no registered model: ${has}. Calabaria answers it with an empty table, and the task succeeds. ${cure}`,
  };
}
