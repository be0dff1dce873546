import { z } from 'zod';
import { AzFailed } from '../az/az-failed.js';
import type { Az } from '../az/create-az.js';
import type { Account } from '../az/read-account.js';

const Known = z.object({ id: z.string() });

/** Who deploys, as the parameter `submitters` names somebody; undefined when the directory does not tell. */
export async function whoDeploys(
  az: Az,
  { user }: Account,
): Promise<{ principalId: string; principalType: 'User' | 'ServicePrincipal' } | undefined> {
  const isPerson = user.type === 'user';
  try {
    const { id } = isPerson
      ? await az.json(Known, 'ad', 'signed-in-user', 'show')
      : await az.json(Known, 'ad', 'sp', 'show', '--id', user.name);
    return { principalId: id, principalType: isPerson ? 'User' : 'ServicePrincipal' };
  } catch (error) {
    if (error instanceof AzFailed) return undefined;
    throw error;
  }
}
