import { stat } from 'node:fs/promises';
import { sandboxOf } from '../config/sandbox-of.js';
import type { Settings } from '../config/settings.js';
import { filesOfPython } from '../environments/files-of-python.js';
import { findPython } from '../environments/find-python.js';
import type { Check } from '../reporting/check.js';
import { boundaryHere } from '../runner/boundary-here.js';
import { nearestExisting } from './nearest-existing.js';
import { unlessNone } from './unless-none.js';

/** What stands between a simulation and the app here. */
export async function checkBoundary(settings: Settings): Promise<Check[]> {
  const name = 'Sandbox';
  const python = await findPython(settings.MODELOPS_PYTHON).catch(unlessNone);
  if (!python) return []; // which another check says
  const sandbox = sandboxOf(settings);
  const { withoutUsers, ownIpc, hidesProcesses, ownPids, closesNetwork } = await boundaryHere(
    { python: python.python, reads: filesOfPython(python) },
    settings.MODELOPS_SCRATCH_DIR,
    sandbox,
  );
  if (withoutUsers !== '') {
    const found = `simulations run as the app's user, and can reach what it can: ${withoutUsers}`;
    return sandbox.required
      ? [{ name, state: 'missing', found: `${found}. Make that possible, or unset MODELOPS_REQUIRE_SANDBOX` }]
      : [{ name, state: 'limited', found }];
  }
  const ipc = ownIpc
    ? 'shared memory, semaphores and queues of its own'
    : 'no namespaces: what it leaves in shared memory, semaphores and queues is removed after it';
  const processes = !hidesProcesses
    ? 'sees those of others in /proc, by their command lines'
    : ownPids
      ? 'has process numbers of its own, and sees and names no processes but its own'
      : 'sees no processes but its own';
  const network = closesNetwork ? 'can be kept' : 'cannot be kept';
  const apart = await areApart(settings.MODELOPS_SCRATCH_DIR, settings.MODELOPS_BUNDLES_CACHE_DIR);
  const copies = apart
    ? '. Large bundles are copied for each task, where there could be links: MODELOPS_SCRATCH_DIR and MODELOPS_BUNDLES_CACHE_DIR are on different disks'
    : '';
  return [
    {
      name,
      state: 'ok',
      found: `each simulation has a user of its own, no privileges, limits, and ${ipc}; it ${processes}. One whose bundle says \`network = false\` ${network} from the network${copies}`,
    },
  ];
}

async function areApart(...folders: string[]): Promise<boolean> {
  const disks = await Promise.all(
    folders.map(async (folder) => (await stat(await nearestExisting(folder))).dev),
  );
  return new Set(disks).size > 1;
}
