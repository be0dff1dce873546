import { createAz } from '../../deployment/az/create-az.js';
import { readAccount } from '../../deployment/az/read-account.js';
import { planRemoval, type Removal } from '../../deployment/down/plan-removal.js';
import { refuseWhenFull } from '../../deployment/down/refuse-when-full.js';
import { remove } from '../../deployment/down/remove.js';
import { type Place, type PlaceOptions, placeOf } from '../../deployment/place.js';
import { isType, readGroup } from '../../deployment/read-group.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { askForName } from '../terminal/ask-for-name.js';
import type { Output } from '../terminal/output.js';

export interface DownOptions extends PlaceOptions {
  deleteResults?: boolean;
  yes?: boolean;
}

/** What `mops-cold deploy down` does. */
export async function down(output: Output, context: CliContext, options: DownOptions): Promise<ExitCode> {
  const { env, signal } = context;
  const place = placeOf(options);
  const az = createAz(env, signal);
  const account = await readAccount(az);
  const group = await readGroup(az, place.group);
  const removal = group && (await planRemoval(az, place, group));
  if (removal === undefined || (!removal.wholeGroup && removal.ours.length === 0)) {
    output.say(`There is nothing of ${place.name} in ${place.group}, in the subscription ${account.name}.`);
    output.document({ name: place.name, deleted: [] });
    return exitCodes.done;
  }
  if (!options.deleteResults)
    for (const each of removal.ours.filter((one) => isType(one, 'Microsoft.Storage/storageAccounts')))
      await refuseWhenFull(each.name, env, signal);
  sayPlan(output, place, removal);
  if (!options.yes) await confirm(place, context);
  output.note('Deleting (some minutes) …');
  await remove(az, place, removal, signal);
  const deleted = removal.ours.map(({ name }) => name);
  output.say(`Deleted: ${removal.wholeGroup ? `the resource group ${place.group}` : deleted.join(', ')}.`);
  output.document({ name: place.name, deleted, resource_group_deleted: removal.wholeGroup });
  return exitCodes.done;
}

function sayPlan(output: Output, { group }: Place, { wholeGroup, because, ours }: Removal): void {
  output.note(
    wholeGroup
      ? `To be deleted: the resource group ${group}, with all that is in it:`
      : `To be deleted: what is ours in the resource group ${group}, which stays, since ${because}:`,
  );
  for (const { name, type } of ours) output.note(`  ${name} (${type})`);
}

async function confirm({ name }: Place, { stderr, signal }: CliContext): Promise<void> {
  if (!process.stdin.isTTY)
    throw new UsageError('Cannot ask whether to delete: this is no terminal. Give --yes.');
  const input = { input: process.stdin, output: stderr };
  if (!(await askForName(`Type ${name} to delete it: `, name, input, signal)))
    throw new Error(`Nothing was deleted: that was not ${name}.`);
}
