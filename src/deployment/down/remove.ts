import { describeError } from '../../reporting/describe-error.js';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import type { Az } from '../az/create-az.js';
import { type Place, placeArguments } from '../place.js';
import { ownResources, readGroup, readResources } from '../read-group.js';
import type { Removal } from './plan-removal.js';

/**
 * Deletes, and looks whether all of it is gone.
 *
 * @throws StoppedHalfway that says what is left
 */
export async function remove(az: Az, place: Place, removal: Removal, signal: AbortSignal): Promise<void> {
  let trouble: unknown;
  try {
    if (removal.wholeGroup) await az.run(['group', 'delete', '--name', place.group, '--yes']);
    else {
      const ids = [...removal.ours.map(({ id }) => id), ...removal.hidden];
      await az.run(['resource', 'delete', '--ids', ...ids]);
    }
  } catch (error) {
    if (signal.aborted)
      throw new StoppedHalfway(
        `Azure goes on deleting what it has begun with. \`mops-cold deploy down ${placeArguments(place)}\` deletes the rest, \`az resource list --resource-group ${place.group}\` shows it.`,
        { cause: error },
      );
    trouble = error;
  }
  const left = await whatIsLeft(az, place);
  if (trouble === undefined && left.length === 0) return;
  const why = trouble === undefined ? 'Azure says that it has deleted everything' : describeError(trouble);
  const stands = left.length === 0 ? 'Nothing is left.' : `Left are ${left.join(', ')}.`;
  throw new StoppedHalfway(
    `Cannot delete all of ${place.name}: ${why}\n${stands} Give the same command again.`,
    { cause: trouble },
  );
}

async function whatIsLeft(az: Az, { name, group }: Place): Promise<string[]> {
  if ((await readGroup(az, group)) === undefined) return [];
  return ownResources(await readResources(az, group), name).map((each) => each.name);
}
