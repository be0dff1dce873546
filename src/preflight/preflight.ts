import { dirname } from 'node:path';
import { environmentOptions } from '../config/environment-options.js';
import type { Settings } from '../config/settings.js';
import { registryTargets, resolveTarget } from '../connections/registry-targets.js';
import type { WireFunction } from '../contracts/result/attestation.js';
import type { CheckReport } from '../contracts/task/check-request.js';
import { targetFunction } from '../contracts/task/target-function.js';
import { checkDependencies } from '../environments/check-dependencies.js';
import { createEnvironments } from '../environments/create-environments.js';
import { listedEnvironment } from '../environments/list-environments.js';
import { describeError } from '../reporting/describe-error.js';
import { distributionsList } from '../reporting/distributions-list.js';
import { BundleUnavailable } from '../simulation/bundle-unavailable.js';
import { EnvironmentFailed } from '../simulation/environment-failed.js';
import { ForkRefused } from '../simulation/fork-refused.js';
import type { Bundles, HeldBundle, PythonEnvironment } from '../simulation/ports.js';
import { whyNotForked } from '../simulation/why-not-forked.js';
import type { CheckedNames } from './checked-names.js';
import { compareWithModels } from './compare-with-models.js';
import type { Finding } from './finding.js';
import { failureFinding, findingsOf } from './findings-of.js';
import { tryOut } from './try-out.js';

export interface Preflight {
  settings: Settings;
  bundles: Bundles;
  bundleRef: string;
  names: CheckedNames;
  /** Also every target that the bundle registers. */
  allRegistered?: boolean;
  /** Whether its tasks could be forked, also where the bundle does not ask for that. It takes one more import. */
  forkserver?: boolean;
  /** Whether what is installed here is what the app has: then what is missing here is missing there. */
  isTheApps: boolean;
}

/** Finds out what would keep tasks of a bundle from running, in the order in which they would meet it. */
export async function preflight(request: Preflight, signal: AbortSignal): Promise<Finding[]> {
  const { bundles, bundleRef, isTheApps } = request;
  let bundle: HeldBundle;
  try {
    bundle = await bundles.ensureLocal(bundleRef, signal);
  } catch (error) {
    // From here a store may be out of reach that the app can reach.
    if (signal.aborted || (isTheApps && !(error instanceof BundleUnavailable))) throw error;
    return [{ name: 'Bundle', state: isTheApps ? 'missing' : 'unchecked', found: describeError(error) }];
  }
  try {
    return [describe(bundle), ...(await inPython(request, bundle, signal))];
  } finally {
    await bundle.release();
  }
}

function describe({ digest, metadata, remarks }: HeldBundle): Finding {
  const said = Object.entries(metadata).map(([name, value]) => `${name} ${saidValue(value)}`);
  return {
    name: 'Bundle',
    state: 'ok',
    found: [digest, ...said].join(', ') + remarks.map((remark) => `. ${remark}`).join(''),
  };
}

function saidValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function inPython(request: Preflight, bundle: HeldBundle, signal: AbortSignal): Promise<Finding[]> {
  const { settings, names, isTheApps } = request;
  const environments = createEnvironments(environmentOptions(settings));
  const findings: Finding[] = [];
  let environment: PythonEnvironment;
  try {
    const toBuild = await environments.toBuild(bundle);
    if (toBuild) {
      const found = `${toBuild.python.version}; an environment with what it declares in ${declared(bundle)} is built, or fetched where it was built ahead, when its first task comes (\`mops-cold bundle build --in-app\` or \`submit --build\` does it before), or by \`mops-cold run\`. Until then its code cannot be tried out`;
      return [{ name: 'Python', state: 'unknown', found }];
    }
    environment = await environments.forBundle(bundle);
    findings.push({
      name: 'Python',
      state: 'ok',
      found: `${environment.version}, ${environment.python}${bundle.dependencies.length > 0 ? `, with what it declares in ${declared(bundle)}` : ''}`,
    });
    findings.push(...(await packages(settings, environment, bundle)));
  } catch (error) {
    if (!(error instanceof EnvironmentFailed)) throw error;
    findings.push({ name: 'Python', state: isTheApps ? 'missing' : 'unchecked', found: error.message });
    if (isTheApps) return findings;
    // What does not depend on it can be checked all the same, where there is a Python at all.
    const base = await environments.base().catch(unlessNone);
    if (base === undefined) return findings;
    environment = base;
  }
  const { targets, registered, unknown } = await resolveTargets(request, bundle);
  const tried = await tryOut(settings, bundle, environment, { ...names, targets }, signal);
  if ('failed' in tried) return [...findings, failureFinding(tried.failed, isTheApps)];
  if (tried.report.wire_problem === '')
    findings.push({ name: 'Wire function', state: 'ok', found: describeWire(tried.wire) });
  findings.push({ name: 'Imported ahead', state: 'ok', found: importedAhead(bundle, tried.report) });
  if (request.forkserver || bundle.metadata.start_method === 'forkserver')
    findings.push(await startMethod(settings, bundle, environment, names, signal));
  const compare = (name: string, finding: Finding) =>
    compareWithModels(name, finding, tried.wire, { models: bundle.models, targets: registered });
  return [...findings, ...findingsOf(tried.report, isTheApps, compare), ...unknown];
}

function declared({ dependencies }: HeldBundle): string {
  // A project that needs nothing but itself.
  return dependencies.map(({ file }) => file).join(' and ') || 'pyproject.toml';
}

function describeWire(wire: WireFunction | undefined): string {
  if (!wire) return 'found and imported';
  const { distribution, version } = wire;
  const from = distribution === null ? 'the bundle' : [distribution, version].filter(Boolean).join(' ');
  return `${wire.function} of ${from}`;
}

/** What a process that is started before its task, or forked, has imported when the task comes. */
function importedAhead({ metadata, models }: HeldBundle, { entrypoints }: CheckReport): string {
  if (metadata.import_early === false) return 'nothing: its import_early is false';
  if (models.length > 0) return `the wire function, and the models of its registry (${models.join(', ')})`;
  const named = entrypoints.filter(({ state }) => state === 'found').map(({ name }) => name.split(/[:/]/)[0]);
  const which = named.length > 0 ? ` (${[...new Set(named)].join(', ')})` : ', where the bundle has it';
  return `the wire function, and the module that the entrypoint of a task names${which}`;
}

/** A bundle that asks to be forked and cannot be runs all the same, slower than its author expects. */
async function startMethod(
  settings: Settings,
  bundle: HeldBundle,
  environment: PythonEnvironment,
  { entrypoints, env }: CheckedNames,
  signal: AbortSignal,
): Promise<Finding> {
  const name = 'Start method';
  try {
    const why = whyNotForked(bundle.metadata, false);
    if (why !== undefined) throw new ForkRefused(why);
    const names = { entrypoints, targets: [], ...(env && { env }) };
    const tried = await tryOut(settings, bundle, environment, names, signal, 'forkserver');
    if ('failed' in tried) {
      const { reason, stderrTail } = tried.failed;
      return {
        name,
        state: 'missing',
        found: `forkserver: started anew it can be imported, but not forked. ${reason}`,
        details: stderrTail,
      };
    }
    return {
      name,
      state: 'ok',
      found: `forkserver: once it has imported the model, a process can be forked${bundle.metadata.start_method === 'forkserver' ? '' : ', if the bundle says start_method = "forkserver"'}`,
    };
  } catch (error) {
    if (!(error instanceof ForkRefused)) throw error;
    const asked = bundle.metadata.start_method === 'forkserver';
    const found = asked ? error.message : `forkserver would be refused: ${error.why}.`;
    return { name, state: 'unknown', found };
  }
}

/** What is in its environment, or else what could not be compared with what is installed: paths, options, what is no requirement. */
async function packages(
  settings: Settings,
  { python }: PythonEnvironment,
  bundle: HeldBundle,
): Promise<Finding[]> {
  if (bundle.dependencies.length === 0) return [];
  const name = 'Packages';
  if (settings.MODELOPS_ENVIRONMENTS === 'build') {
    const built = await listedEnvironment(dirname(dirname(python)));
    if (built === undefined) return [];
    const { installer, built_at: at, distributions } = built;
    return [
      { name, state: 'ok', found: `${distributionsList(distributions)}, installed by ${installer} at ${at}` },
    ];
  }
  const { unchecked } = await checkDependencies(python, bundle);
  if (unchecked.length === 0) return [];
  // What stands before the @ or behind the ? of an address may be a secret.
  const said = unchecked.map((text) =>
    text.replace(/\/\/[^/\s]*@/g, '//…@').replace(/(\/\/[^?\s]*)\?[^#\s]*/g, '$1?…'),
  );
  return [{ name, state: 'unknown', found: `not compared with what is installed: ${said.join(', ')}` }];
}

/** Targets as the functions that they are; a name that the bundle does not know is a finding. */
async function resolveTargets(
  { names, allRegistered = false }: Preflight,
  bundle: HeldBundle,
): Promise<{ targets: string[]; registered: string[]; unknown: Finding[] }> {
  const needed = allRegistered || names.targets.some((name) => !/[:/]/.test(name));
  const read = await registryTargets(bundle.path);
  if ('damage' in read) {
    const finding: Finding = { name: 'Target', state: 'missing', found: read.damage };
    return { targets: [], registered: [], unknown: needed ? [finding] : [] };
  }
  const { registered } = read;
  const targets = new Set(allRegistered ? registered.values() : []);
  const unknown: Finding[] = [];
  for (const name of names.targets) {
    const target = resolveTarget(name, registered);
    if (target !== undefined) targets.add(targetFunction(target));
    else {
      const found = `${name} is neither "module:function" nor a target in the bundle's registry.yaml`;
      unknown.push({ name: 'Target', state: 'missing', found });
    }
  }
  return { targets: [...targets], registered: [...registered.values()], unknown };
}

function unlessNone(error: unknown): undefined {
  if (error instanceof EnvironmentFailed) return undefined;
  throw error;
}
