import type { Expansion } from '../../contracts/job/expansion.js';

/** What a listing tells. */
export function expansionMetadata({ priority, served_at }: Expansion): Record<string, string> {
  return { priority: String(priority), ...(served_at !== '' && { served_at }) };
}
