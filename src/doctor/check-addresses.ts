import type { Settings } from '../config/settings.js';
import { findPython } from '../environments/find-python.js';
import type { Check } from '../reporting/check.js';
import { whyAddressesVary } from '../runner/why-addresses-vary.js';
import { unlessNone } from './unless-none.js';

/** Whether tasks can run without address randomisation, where they are to and where they could. */
export async function checkAddresses({
  MODELOPS_PYTHON: python,
  MODELOPS_FIXED_ADDRESSES: asked,
}: Settings): Promise<Check[]> {
  const name = 'Addresses';
  const found = await findPython(python).catch(unlessNone);
  if (!found) return []; // which another check says
  const why = await whyAddressesVary(found.python);
  if (why === undefined) {
    const what = asked ? 'are fixed for every task' : 'can be fixed, for orders that go by them';
    return [{ name, state: 'ok', found: `${what} (MODELOPS_FIXED_ADDRESSES)` }];
  }
  return asked
    ? [{ name, state: 'missing', found: `${why} Allow it, or unset MODELOPS_FIXED_ADDRESSES` }]
    : [{ name, state: 'limited', found: `${why} Leave MODELOPS_FIXED_ADDRESSES unset` }];
}
