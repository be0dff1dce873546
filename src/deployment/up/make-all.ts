import type { Reporter } from '../../reporting/reporter.js';
import { AzFailed } from '../az/az-failed.js';
import type { Az } from '../az/create-az.js';
import { type Deployed, deployedBy } from '../deployed.js';
import type { Place } from '../place.js';
import { ensureGroup } from './ensure-group.js';
import { ensureRegistry } from './ensure-registry.js';
import { provideImage } from './provide-image.js';
import { deployTemplate, type Template } from './template.js';
import { type Validated, validateAll, withImage } from './validate-all.js';
import type { Work } from './work.js';

/** Repository of the app's image in the registry. */
const repository = 'cold-functions';

/** Makes what is missing, down to the app. */
export async function makeAll(work: Work, given: Template): Promise<Deployed> {
  const { place, az, reporter, patience, steps, build } = work;
  const { signal } = patience;
  const validated = await prepare(work, given);
  const { template, image } = validated;

  const registry = await steps.during(
    'making everything but the app',
    'Azure goes on with it by itself.',
    () => ensureRegistry(az, place, template, { reporter, signal }),
  );
  steps.there(`everything but the app, with the registry ${registry}`);

  await steps.during(`providing the image ${image}`, 'A build that has begun goes on in the registry.', () =>
    provideImage(az, registry, validated, build, reporter),
  );
  steps.there(`the image ${image}`);

  const deployed = await steps.during('deploying the app', 'Azure goes on with it by itself.', async () => {
    reporter.note('Deploying the app (some minutes) …');
    const { app } = place.deployments;
    return deployedBy(await deployTemplate(az, place, app, withImage(template, image), { reporter, signal }));
  });
  reporter.done(`App ${deployed.appName}: deployed.`);
  steps.there(`the app ${deployed.appName}`);
  return deployed;
}

/** The resource group, and whether Azure would take what is to be in it. A group made for nothing does not stay. */
async function prepare(
  { options, place, az, account, reporter, patience, steps, build }: Work,
  given: Template,
): Promise<Validated> {
  const isNew = await steps.during('making the resource group', '', () =>
    ensureGroup(az, place, options.location, patience),
  );
  const there = () => steps.there(`the resource group ${place.group}`);
  return steps.during('asking Azure whether it would take it', '', async () => {
    try {
      const ownImage = `${repository}:${build.tag}`;
      const validated = await validateAll(place, given, ownImage, { az, account, reporter });
      there();
      return validated;
    } catch (error) {
      const removed = isNew && !patience.signal.aborted && (await removeEmptyGroup(az, place, reporter));
      if (!removed) there();
      throw error;
    }
  });
}

/** @returns whether it will be gone. What made it useless is worth telling first, whatever becomes of this. */
async function removeEmptyGroup(az: Az, { group }: Place, reporter: Reporter): Promise<boolean> {
  try {
    await az.run(['group', 'delete', '--name', group, '--yes', '--no-wait']);
  } catch (error) {
    if (!(error instanceof AzFailed)) throw error;
    reporter.note(`The resource group ${group}, made for this and still empty, stays. ${error.message}`);
    return false;
  }
  reporter.note(`The resource group ${group}, made for this and still empty, is deleted again.`);
  return true;
}
