import type { Caller } from '../../connections/caller.js';
import type { Reporter } from '../../reporting/reporter.js';
import { createAz } from '../az/create-az.js';
import { readAccount } from '../az/read-account.js';
import { placeArguments, placeOf } from '../place.js';
import type { SmokeReport } from '../smoke/run-smoke.js';
import { submitSettings } from '../storage-environment.js';
import { readBuildContext } from './build-context.js';
import { makeAll } from './make-all.js';
import { requireBicep } from './require-bicep.js';
import { createSteps } from './steps.js';
import { templateOf } from './template-of.js';
import { tryOut } from './try-out.js';
import type { UpOptions } from './up-options.js';
import type { Work } from './work.js';

export interface DeployedUp {
  name: string;
  resource_group: string;
  app: string;
  image: string;
  health_url: string;
  /** Settings by which `submit` reaches it. */
  environment: Record<string, string>;
  smoke: SmokeReport | null;
}

/** Brings a deployment up. Each step finds out what is there already, so that the whole may be repeated. */
export async function deployUp(
  options: UpOptions,
  { reporter, caller }: { reporter: Reporter; caller: Caller },
): Promise<DeployedUp> {
  const { signal, env } = caller;
  const place = placeOf(options);
  const template = await templateOf(options);
  const build = await readBuildContext(options);
  const az = createAz(env, signal);
  const account = await readAccount(az);
  await requireBicep(az);
  reporter.done(`Subscription ${account.name} (${account.id}).`);
  const patience = { reporter, signal, patienceMs: options.waitMinutes * 60_000 };
  const where = placeArguments(place);
  const steps = createSteps(
    signal,
    `To go on, give the same command again: what is there stays. \`mops-cold deploy status ${where}\` looks, \`mops-cold deploy down ${where}\` takes it away.`,
  );
  const work: Work = { options, place, az, account, reporter, patience, steps, build };
  const deployed = await makeAll(work, template);
  const smoke = await tryOut(work, deployed, env);
  return {
    name: place.name,
    resource_group: place.group,
    app: deployed.appName,
    image: deployed.image,
    health_url: deployed.healthUrl,
    environment: submitSettings(deployed),
    smoke: smoke ?? null,
  };
}
