import { UsageError } from '../../reporting/usage-error.js';
import type { Az } from '../az/create-az.js';
import { type Place, placeArguments } from '../place.js';
import { isType, ownResources, readResources } from '../read-group.js';

const apps = { premium: 'Microsoft.Web/sites', containerapps: 'Microsoft.App/containerApps' };

/** @throws UsageError when the app is there already on another hosting: both would take tasks. */
export async function refuseOtherHosting(az: Az, place: Place, asked: string): Promise<void> {
  const ours = ownResources(await readResources(az, place.group), place.name);
  for (const [hosting, type] of Object.entries(apps)) {
    const app = ours.find((each) => isType(each, type));
    if (app !== undefined && hosting !== asked)
      throw new UsageError(
        `Cannot deploy ${place.name} with hosting ${asked}: its app ${app.name} is there with ${hosting}, and both would take tasks. Give --hosting ${hosting}, or delete that app first: az resource delete --ids ${app.id}. \`mops-cold deploy status ${placeArguments(place)}\` shows it.`,
      );
  }
}
