import { z } from 'zod';
import { AzFailed } from './az-failed.js';
import type { Az } from './create-az.js';

const Account = z.object({
  id: z.string(),
  name: z.string(),
  user: z.object({ name: z.string(), type: z.string() }),
});

/** The subscription that `az` works in, and who is logged in. */
export type Account = z.infer<typeof Account>;

/** @throws AzMissing, or an Error that says that nobody is logged in */
export async function readAccount(az: Az): Promise<Account> {
  try {
    return await az.json(Account, 'account', 'show');
  } catch (error) {
    if (!(error instanceof AzFailed) || !/az login|az account set/.test(error.reason)) throw error;
    throw new Error(
      'Cannot use Azure: nobody is logged in. `az login`, and `az account set --subscription <name>` where there are several.',
      { cause: error },
    );
  }
}
