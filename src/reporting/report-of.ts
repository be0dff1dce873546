import type { Check } from './check.js';
import { describeError } from './describe-error.js';

/** What a look at something found. A look that fails is a finding too: the others must still be told. */
export async function reportOf(
  name: string,
  look: () => Check | Check[] | Promise<Check | Check[]>,
): Promise<Check[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    return [{ name, state: 'missing', found: describeError(error) }];
  }
}
