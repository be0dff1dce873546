import { BundleRef } from '../../contracts/bundle/bundle-ref.js';
import { UsageError } from '../../reporting/usage-error.js';

/** A reference by digest, as a person gave it. @throws UsageError */
export function bundleRefOf(text: string | undefined): string {
  const checked = BundleRef.safeParse(text);
  if (checked.success) return checked.data;
  throw new UsageError(`Cannot use the bundle: it ${checked.error.issues[0]?.message ?? 'is wrong'}.`);
}
