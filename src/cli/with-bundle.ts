import type { NamedBundle } from '../connections/named-bundle.js';
import { allOrWhatIsWrong } from '../reporting/all-or-what-is-wrong.js';

/** What else is wrong does not depend on which bundle it is. */
const any = `sha256:${'0'.repeat(64)}`;

/**
 * What a person named beside a bundle, and the bundle; what is wrong with both is told at once.
 *
 * @param read gets the bundle's reference
 */
export function withBundle<Bundle extends NamedBundle | undefined, Read>(
  bundle: Promise<Bundle>,
  read: (ref: string | undefined) => Promise<Read>,
): Promise<[Bundle, Read]> {
  const ref = bundle.then(
    (named) => named?.ref,
    () => any,
  );
  return allOrWhatIsWrong(bundle, ref.then(read));
}
