import { z } from 'zod';
import type { Az } from './az/create-az.js';
import { type GroupResource, isType } from './read-group.js';

/** As infra/modules/storage.bicep. */
export const storageApiVersion = '2026-06-01';

const Queue = z.object({ properties: z.looseObject({ approximateMessageCount: z.number().nullish() }) });

/**
 * About how many messages a queue has, as the management of the account knows it: no right to read messages is needed.
 *
 * @returns undefined when there is no such queue; null when the number is not told
 */
export async function readQueue(
  az: Az,
  account: GroupResource,
  queue: string,
): Promise<number | null | undefined> {
  const id = `${account.id}/queueServices/default/queues/${queue}`;
  const shown = await az.find(Queue, 'resource', 'show', '--ids', id, '--api-version', storageApiVersion);
  return shown && (shown.properties.approximateMessageCount ?? null);
}

export function storageAccountIn(resources: GroupResource[], name: string): GroupResource | undefined {
  return resources.find((each) => isType(each, 'Microsoft.Storage/storageAccounts') && each.name === name);
}
