import type { Az } from './az/create-az.js';
import { readAccount } from './az/read-account.js';
import { type Place, placeArguments } from './place.js';
import { type Deployment, readLatestDeployment } from './read-deployment.js';
import { readGroup } from './read-group.js';

/**
 * What was deployed at a place.
 *
 * @throws Error when there is nothing, or nobody is logged in
 */
export async function requireDeployment(az: Az, place: Place): Promise<Deployment> {
  const { name } = await readAccount(az);
  const nothing = (what: string) =>
    new Error(
      `Cannot find the deployment ${place.name}: ${what}, in the subscription ${name}. Is it the right one? \`mops-cold deploy up ${placeArguments(place)}\` makes it.`,
    );
  if ((await readGroup(az, place.group)) === undefined)
    throw nothing(`there is no resource group ${place.group}`);
  const deployment = await readLatestDeployment(az, place);
  if (deployment === undefined) throw nothing(`nothing was deployed in ${place.group}`);
  return deployment;
}
