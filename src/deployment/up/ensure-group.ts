import { z } from 'zod';
import { nearestName } from '../../contracts/validation/nearest-name.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { Az } from '../az/create-az.js';
import { groupTag, ownerTags } from '../owner-tags.js';
import { type Patience, patiently } from '../patiently.js';
import type { Place } from '../place.js';
import { type Group, readGroup } from '../read-group.js';

const Locations = z.array(z.object({ name: z.string() }));

/**
 * Makes the resource group when it is missing. One that Azure is still deleting is waited for first: nothing can be made in it.
 *
 * @returns whether it was made just now
 * @throws UsageError when nobody said where, or when there is no such region
 */
export async function ensureGroup(
  az: Az,
  { name, group }: Place,
  location: string | undefined,
  patience: Patience,
): Promise<boolean> {
  const { reporter } = patience;
  const there = await settledGroup(az, group, patience);
  if (there !== undefined) {
    reporter.done(`Resource group ${group}, in ${there.location}: it was there.`);
    return false;
  }
  if (location === undefined)
    throw new UsageError(
      `Cannot make the resource group ${group}: nobody said where. Give --location, as in --location westeurope.`,
    );
  // Where there is a group, Azure's own look tells: who may use that group alone need not see the regions.
  await mustBeRegion(az, location);
  const tags = Object.entries({ ...ownerTags(name), ...groupTag }).map(([key, value]) => `${key}=${value}`);
  await az.json(
    z.unknown(),
    ...['group', 'create', '--name', group, '--location', location, '--tags', ...tags],
  );
  reporter.done(`Resource group ${group}: made in ${location}.`);
  return true;
}

async function settledGroup(az: Az, group: string, patience: Patience): Promise<Group | undefined> {
  return patiently(`the end of the resource group ${group}`, patience, async () => {
    const there = await readGroup(az, group);
    return there?.properties?.provisioningState === 'Deleting'
      ? { notYet: 'Azure is still deleting it' }
      : { found: there };
  });
}

async function mustBeRegion(az: Az, location: string): Promise<void> {
  const known = (await az.json(Locations, 'account', 'list-locations')).map(({ name }) => name);
  if (known.includes(location.toLowerCase().replaceAll(' ', ''))) return;
  const near = nearestName(location, known);
  throw new UsageError(
    `Cannot deploy to ${location}: this subscription has no such region.${near ? ` Did you mean ${near}?` : ' `az account list-locations` names them.'}`,
  );
}
