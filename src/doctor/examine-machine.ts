import { Settings } from '../config/settings.js';
import type { Caller } from '../connections/caller.js';
import type { Check } from '../reporting/check.js';
import { reportOf } from '../reporting/report-of.js';
import { unlessAborted } from '../runner/unless-aborted.js';
import { checkAddresses } from './check-addresses.js';
import { checkBoundary } from './check-boundary.js';
import { checkBuilds } from './check-builds.js';
import { checkBundles } from './check-bundles.js';
import { checkFunc } from './check-func.js';
import { checkGuarantees } from './check-guarantees.js';
import { checkMemory } from './check-memory.js';
import { checkNode } from './check-node.js';
import { checkPaths } from './check-paths.js';
import { checkProcessor } from './check-processor.js';
import { checkPython } from './check-python.js';
import { checkScratch } from './check-scratch.js';
import { checkSettings } from './check-settings.js';
import { checkStorage } from './check-storage.js';

/** What this machine has and lacks for running tasks, under the settings in the environment. */
export async function examineMachine(caller: Caller): Promise<Check[]> {
  const { env, signal } = caller;
  const settings = usableSettings(env);
  const found = Promise.all([
    reportOf('Node.js', () => checkNode(process.versions.node)),
    reportOf('Python', () => checkPython(settings.MODELOPS_PYTHON)),
    reportOf('Environments', () => checkBuilds(settings)),
    reportOf('Core Tools', () => checkFunc()),
    reportOf('Settings', () => checkSettings(env)),
    reportOf('Storage', () => checkStorage(env)),
    reportOf('Bundles', () => checkBundles(settings, caller)),
    reportOf('Scratch disk', () => checkScratch(settings.MODELOPS_SCRATCH_DIR)),
    reportOf('Memory', () => checkMemory(settings)),
    reportOf('Processor', () => checkProcessor(settings)),
    reportOf('Addresses', () => checkAddresses(settings)),
    reportOf('Paths', () => checkPaths(settings.MODELOPS_PYTHON)),
    reportOf('Sandbox', () => checkBoundary(settings)),
    reportOf('Process trees', () => checkGuarantees(process.platform)),
  ]);
  // Some are programs that take seconds to answer.
  return (await unlessAborted(found, signal)).flat();
}

/** The settings, each wrong one replaced by its default, so that the rest of the machine is examined all the same. */
function usableSettings(env: NodeJS.ProcessEnv): Settings {
  const entries = Object.entries(Settings.shape).map(([name, field]) => {
    const given = env[name] || undefined;
    const parsed = field.safeParse(given);
    return [name, parsed.success ? given : undefined];
  });
  return Settings.parse(Object.fromEntries(entries));
}
