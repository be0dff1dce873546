import type { LocalBundle } from '../../simulation/ports.js';

/** What a bundle says of its wire function, as the runner reads it; see python/runner.py. */
export function wireLine({ metadata, wire }: Pick<LocalBundle, 'metadata' | 'wire'>) {
  return {
    named: metadata.wire ?? null,
    entry_points: wire.entryPoints,
    distributions: wire.distributions,
  };
}
