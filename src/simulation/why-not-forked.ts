import type { BundleMetadata } from '../contracts/bundle/bundle-metadata.js';

/** What speaks against forking a task, before its bundle has been imported; undefined when nothing does. */
export function whyNotForked(metadata: BundleMetadata, coldDemanded: boolean): string | undefined {
  if (metadata.requires_fresh_process === true) return 'it requires_fresh_process too';
  if (metadata.import_early === false) return 'its import_early is false';
  return coldDemanded ? 'the task demands a fresh process' : undefined;
}
