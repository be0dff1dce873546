import type { Settings } from '../config/settings.js';
import { findInstaller } from '../environments/build/find-installer.js';
import { findPython } from '../environments/find-python.js';
import type { Check } from '../reporting/check.js';
import { describeError } from '../reporting/describe-error.js';

/** What builds the environments of bundles that declare packages. */
export async function checkBuilds(settings: Settings): Promise<Check> {
  const name = 'Environments';
  const { MODELOPS_ENVIRONMENTS: mode, MODELOPS_VENVS_DIR: folder } = settings;
  if (mode === 'installed') {
    const found =
      'none are built (MODELOPS_ENVIRONMENTS=installed): what a bundle declares must be installed';
    return { name, state: 'ok', found };
  }
  try {
    const { python } = await findPython(settings.MODELOPS_PYTHON);
    const { kind, name: installer } = await findInstaller(python, settings.MODELOPS_UV);
    return kind === 'uv'
      ? { name, state: 'ok', found: `are built by ${installer} in ${folder}` }
      : {
          name,
          state: 'limited',
          found: `are built by ${installer} in ${folder}, which takes several times as long as uv: install uv, or let MODELOPS_UV name it`,
        };
  } catch (error) {
    return {
      name,
      state: 'limited',
      found: `bundles that declare packages cannot run: ${describeError(error)}`,
    };
  }
}
