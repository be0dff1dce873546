import type { Reporter } from '../../reporting/reporter.js';
import type { Az } from '../az/create-az.js';
import type { Place } from '../place.js';
import { hasEnded, readDeployment } from '../read-deployment.js';
import { isType, ownResources, readResources } from '../read-group.js';
import { deployTemplate, type Template } from './template.js';
import { withImage } from './validate-all.js';

/**
 * Deploys everything but the app, unless there is a registry from before: the deployment with the app makes whatever else is missing.
 *
 * @returns the name of the registry
 */
export async function ensureRegistry(
  az: Az,
  place: Place,
  template: Template,
  { reporter, signal }: { reporter: Reporter; signal: AbortSignal },
): Promise<string> {
  const { base } = place.deployments;
  const there = await findRegistry(az, place);
  const earlier = await readDeployment(az, place, base);
  if (there !== undefined && (earlier === undefined || hasEnded(earlier))) {
    reporter.done(`Registry ${there}: it was there.`);
    return there;
  }
  reporter.note('Making everything but the app: storage, registry, identity, roles, logs (some minutes) …');
  await deployTemplate(az, place, base, withImage(template, ''), { reporter, signal });
  const made = await findRegistry(az, place);
  if (made === undefined) throw new Error('Azure says that all is made, and the registry is not there.');
  reporter.done('Everything but the app: made.');
  return made;
}

async function findRegistry(az: Az, { name, group }: Place): Promise<string | undefined> {
  const ours = ownResources(await readResources(az, group), name);
  return ours.find((each) => isType(each, 'Microsoft.ContainerRegistry/registries'))?.name;
}
