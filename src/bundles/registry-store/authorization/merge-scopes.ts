/**
 * What to ask a token for: what we are going to do, and what the registry says it needs for this request. One token then
 * serves all requests of a kind.
 *
 * @param ours `repository:<name>:<actions>`
 * @param theirs the challenge's scope: any number of these, separated by spaces
 */
export function mergeScopes(ours: string, theirs: string | undefined): string[] {
  const actions = new Map<string, Set<string>>();
  for (const scope of [ours, ...(theirs ?? '').split(/\s+/)]) {
    const colon = scope.lastIndexOf(':');
    if (colon < 0) continue;
    const resource = scope.slice(0, colon);
    const known = actions.get(resource) ?? new Set();
    for (const action of scope.slice(colon + 1).split(',')) known.add(action);
    actions.set(resource, known);
  }
  return [...actions].map(([resource, known]) => `${resource}:${[...known].join(',')}`);
}
