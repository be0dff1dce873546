import type { CliContext } from '../../cli-context.js';
import type { Output } from '../../terminal/output.js';
import { awaitHealth } from '../await-health.js';
import { type Az, createAz } from '../az/create-az.js';
import { type Account, readAccount } from '../az/read-account.js';
import { type Deployed, deployedBy } from '../deployed.js';
import type { Patience } from '../patiently.js';
import { type Place, placeArguments, placeOf } from '../place.js';
import { runSmoke, type SmokeReport } from '../smoke/run-smoke.js';
import { storageEnvironment, submitSettings } from '../storage-environment.js';
import { awaitScaler } from './await-scaler.js';
import { type BuildContext, layBuildContext } from './build-context.js';
import { ensureGroup } from './ensure-group.js';
import { ensureRegistry } from './ensure-registry.js';
import { provideImage } from './provide-image.js';
import { requireBicep } from './require-bicep.js';
import { createSteps, type Steps } from './steps.js';
import { deployTemplate, type Template } from './template.js';
import { templateOf } from './template-of.js';
import type { UpOptions } from './up-options.js';
import { type Validated, validateAll, withImage } from './validate-all.js';

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

/** Repository of the app's image in the registry. */
const repository = 'cold-functions';

/** What all steps need. */
interface Work {
  options: UpOptions;
  place: Place;
  az: Az;
  account: Account;
  output: Output;
  patience: Patience;
  steps: Steps;
  build: BuildContext;
}

/** Brings a deployment up. Each step finds out what is there already, so that the whole may be repeated. */
export async function deployUp(
  options: UpOptions,
  { output, context }: { output: Output; context: CliContext },
): Promise<DeployedUp> {
  const { signal, env } = context;
  const place = placeOf(options);
  const template = await templateOf(options);
  const build = await layBuildContext(options.requirements);
  try {
    const az = createAz(env, signal);
    const account = await readAccount(az);
    await requireBicep(az);
    output.say(`✓ Subscription ${account.name} (${account.id}).`);
    const patience = { output, signal, patienceMs: options.waitMinutes * 60_000 };
    const where = placeArguments(place);
    const steps = createSteps(
      signal,
      `To go on, give the same command again: what is there stays. \`mops-cold deploy status ${where}\` looks, \`mops-cold deploy down ${where}\` takes it away.`,
    );
    const work: Work = { options, place, az, account, output, patience, steps, build };
    const deployed = await make(work, template);
    const smoke = await tryOut(work, deployed, env);
    sayNext(output, deployed, where);
    return {
      name: place.name,
      resource_group: place.group,
      app: deployed.appName,
      image: deployed.image,
      health_url: deployed.healthUrl,
      environment: submitSettings(deployed),
      smoke: smoke ?? null,
    };
  } finally {
    await build.remove();
  }
}

async function make(work: Work, given: Template): Promise<Deployed> {
  const { place, az, output, patience, steps, build } = work;
  const { signal } = patience;
  const validated = await prepare(work, given);
  const { template, image } = validated;

  const registry = await steps.during(
    'making everything but the app',
    'Azure goes on with it by itself.',
    () => ensureRegistry(az, place, template, { output, signal }),
  );
  steps.there(`everything but the app, with the registry ${registry}`);

  await steps.during(`providing the image ${image}`, 'A build that has begun goes on in the registry.', () =>
    provideImage(az, registry, validated, build, output),
  );
  steps.there(`the image ${image}`);

  const deployed = await steps.during('deploying the app', 'Azure goes on with it by itself.', async () => {
    output.note('Deploying the app (some minutes) …');
    const { app } = place.deployments;
    return deployedBy(await deployTemplate(az, place, app, withImage(template, image), { output, signal }));
  });
  output.say(`✓ App ${deployed.appName}: deployed.`);
  steps.there(`the app ${deployed.appName}`);
  return deployed;
}

/** The resource group, and whether Azure would take what is to be in it. A group made for nothing does not stay. */
async function prepare(
  { options, place, az, account, output, patience, steps, build }: Work,
  given: Template,
): Promise<Validated> {
  const isNew = await steps.during('making the resource group', '', () =>
    ensureGroup(az, place, options.location, output),
  );
  const there = () => steps.there(`the resource group ${place.group}`);
  return steps.during('asking Azure whether it would take it', '', async () => {
    try {
      const ownImage = `${repository}:${build.tag}`;
      const validated = await validateAll(place, given, ownImage, { az, account, output });
      there();
      return validated;
    } catch (error) {
      if (!isNew || patience.signal.aborted) there();
      else await removeEmptyGroup(az, place, output);
      throw error;
    }
  });
}

async function removeEmptyGroup(az: Az, { group }: Place, output: Output): Promise<void> {
  await az.run(['group', 'delete', '--name', group, '--yes', '--no-wait']);
  output.note(`The resource group ${group}, made for this and still empty, is deleted again.`);
}

async function tryOut(
  { options, az, output, patience, steps }: Work,
  deployed: Deployed,
  env: NodeJS.ProcessEnv,
): Promise<SmokeReport | undefined> {
  await steps.during('waiting for the app', 'The app starts by itself.', () =>
    awaitHealth(deployed.healthUrl, patience),
  );
  output.say(`✓ Health: ${deployed.healthUrl} says healthy.`);
  const hasScaler = await steps.during('waiting for the scaler', '', () =>
    awaitScaler(az, deployed, patience),
  );
  if (hasScaler) output.say('✓ Scaler: it is there.');
  if (!options.smoke) return undefined;
  return steps.during('trying it out with a simulation', 'Its tasks stay in the queue.', async () => {
    output.note('Running two small simulations through the queue …');
    const smoke = await runSmoke(storageEnvironment(deployed, env), options.requirements, patience);
    const under = smoke.executors.join(' and ');
    if (under !== deployed.asked.executor || (under === 'cold' && smoke.leaks.length > 0))
      throw new Error(
        `the app was asked to run ${deployed.asked.executor}, and its tasks ran ${under}. ${smoke.leaks.join(' ')} \`mops-cold deploy check\` looks for the cause.`,
      );
    output.say(
      `✓ Simulations: 2 ran ${under}, in ${smoke.processes} processes, Python ${smoke.pythons.join(' and ')} (job ${smoke.job_id}).`,
    );
    return smoke;
  });
}

function sayNext(output: Output, deployed: Deployed, where: string): void {
  output.say('\nIt runs. To submit:');
  for (const [name, value] of Object.entries(submitSettings(deployed)))
    output.say(`  export ${name}=${value}`);
  output.say('  mops-cold submit --bundle ./model --entrypoint my_model.seir/baseline --grid beta=0.2,0.3');
  output.say(`To look after it: mops-cold deploy status|check|down ${where}`);
}
