import { createRequire } from 'node:module';

/** The version of the Functions host that runs this worker; `unknown` outside of one. */
export function hostVersion(): string {
  try {
    // The worker supplies this module to the app; it is on no registry.
    const core: unknown = createRequire(import.meta.url)('@azure/functions-core');
    return (core as { hostVersion?: string }).hostVersion ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
