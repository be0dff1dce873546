import { normalisedName } from '../../contracts/bundle/normalised-name.js';
import type { RunRequest } from '../../simulation/ports.js';

/** What a bundle says of its wire function, as the runner reads it; see python/runner.py. */
export function wireLine({
  bundle: { metadata, wire },
  environment: { project },
}: {
  bundle: Pick<RunRequest['bundle'], 'metadata' | 'wire'>;
  environment: Pick<RunRequest['environment'], 'project'>;
}) {
  const named = metadata.wire ?? null;
  if (project === undefined)
    return { named, entry_points: wire.entryPoints, distributions: wire.distributions, installed: false };
  // Made of this very bundle, what is installed knows its version, and entry points that only a build tells.
  const distributions = [...new Set([...wire.distributions, normalisedName(project)])];
  return { named, entry_points: [], distributions, installed: true };
}
