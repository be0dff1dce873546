import type { Caller } from '../../connections/caller.js';
import type { Check } from '../../reporting/check.js';
import { reportOf } from '../../reporting/report-of.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { Az } from '../az/create-az.js';
import { deployedBy } from '../deployed.js';
import type { Place, PlaceOptions } from '../place.js';
import { readResources } from '../read-group.js';
import { requireDeployment } from '../require-deployment.js';
import { readBuildContext } from '../up/build-context.js';
import { checkBundle } from './check-bundle.js';
import { checkByRunning } from './check-by-running.js';
import type { CheckContext } from './check-context.js';
import { checkHealth } from './check-health.js';
import { checkIdentity } from './check-identity.js';
import { checkImage } from './check-image.js';
import { checkQueues } from './check-queues.js';
import { checkRoles } from './check-roles.js';
import { checkScaler } from './check-scaler.js';
import { checkSettings } from './check-settings.js';
import { checkTimeLimits } from './check-time-limits.js';
import { readRunningApp } from './read-running-app.js';

export interface DeployCheckOptions extends PlaceOptions {
  bundle?: string;
  entrypoint?: string[];
  target?: string[];
  requirements?: string;
  buildTools?: boolean;
  waitMinutes: number;
  smoke: boolean;
}

/** Looks at everything. What cannot be looked at is a finding, too. */
export async function examine(
  az: Az,
  place: Place,
  options: DeployCheckOptions,
  how: { caller: Caller } & Pick<CheckContext, 'reporter' | 'storeBundle'>,
): Promise<Check[]> {
  const { bundle, entrypoint = [], target = [] } = options;
  if (bundle === undefined && entrypoint.length + target.length > 0)
    throw new UsageError('Cannot check an entrypoint or a target without its model: give --bundle.');
  const known = await readContext(az, place, options, how);
  const { caller } = how;
  const isWell = checkHealth(known);
  const found = await Promise.all([
    reportOf('Identity', () => checkIdentity(known)),
    reportOf('Roles', () => checkRoles(known)),
    reportOf('Queues', () => checkQueues(known)),
    reportOf('Settings', () => checkSettings(known)),
    reportOf('Time limits', () => checkTimeLimits(known)),
    reportOf('Image', async () =>
      checkImage(known, (await isWell).details, (await readBuildContext(options)).tag),
    ),
    reportOf('Health', async () => (await isWell).checks),
    reportOf('Scaler', () => checkScaler(known)),
  ]);
  caller.signal.throwIfAborted();
  // An app that is not well would only let them wait.
  const healthy = (await isWell).checks.every(({ name, state }) => name !== 'Health' || state === 'ok');
  return [...found.flat(), ...(await tryOut(known, caller, options, healthy))];
}

async function readContext(
  az: Az,
  place: Place,
  { waitMinutes }: DeployCheckOptions,
  how: { caller: Caller } & Pick<CheckContext, 'reporter' | 'storeBundle'>,
): Promise<CheckContext> {
  const { caller, reporter, storeBundle } = how;
  const deployment = await requireDeployment(az, place);
  const cannot = (what: string) =>
    new Error(`Cannot check ${place.name}: ${what}. Give \`mops-cold deploy up\` again.`);
  if (deployment.state !== 'Succeeded') throw cannot(`its deployment is ${deployment.state}`);
  const deployed = deployedBy(deployment);
  if (deployed.appName === '') throw cannot('there is no app yet');
  const resources = await readResources(az, place.group);
  const app = await readRunningApp(az, place, deployed, resources);
  const patience = { reporter, signal: caller.signal, patienceMs: waitMinutes * 60_000 };
  return { az, place, deployed, resources, app, patience, reporter, storeBundle };
}

async function tryOut(
  known: CheckContext,
  caller: Caller,
  { smoke, bundle, entrypoint = [], target = [], requirements }: DeployCheckOptions,
  healthy: boolean,
): Promise<Check[]> {
  if (!healthy) {
    if (!smoke && bundle === undefined) return [];
    return [{ name: 'Simulations', state: 'limited', found: 'not tried: the app is not well' }];
  }
  const ran = smoke ? await checkByRunning(known, caller.env, requirements) : [];
  if (bundle === undefined) return ran;
  return [
    ...ran,
    ...(await checkBundle(known, caller, bundle, { entrypoints: entrypoint, targets: target })),
  ];
}
