import type { LockedDependency, LockedPackage } from '../contracts/bundle/declared-dependencies.js';
import { normalisedName } from '../contracts/bundle/normalised-name.js';
import { markerApplies } from './marker-applies.js';
import { parseMarker } from './parse-marker.js';
import type { Requirement } from './parse-requirement.js';

/**
 * What a uv.lock says must be installed in this interpreter: what its root needs, and what that needs, in exactly the
 * locked versions. The root itself is the bundle.
 *
 * @param environment the variables of environment markers in the interpreter
 * @returns and the edges that cannot be followed
 */
export function lockedRequirements(
  lock: { root: string; packages: LockedPackage[] },
  environment: Record<string, string>,
): { requirements: Requirement[]; unchecked: string[] } {
  const requirements = new Map<string, Requirement>();
  const unchecked: string[] = [];
  const visited = new Set<string>();
  const root = normalisedName(lock.root);
  const byName = new Map<string, LockedPackage[]>();
  for (const each of lock.packages) {
    const name = normalisedName(each.name);
    byName.set(name, [...(byName.get(name) ?? []), each]);
  }

  /** A lock has few different markers on very many edges. */
  const known = new Map<string, boolean | undefined>();
  function applies(text: string): boolean | undefined {
    if (!known.has(text)) {
      const marker = parseMarker(text);
      known.set(text, marker && markerApplies(marker, environment));
    }
    return known.get(text);
  }

  function follow(edges: LockedDependency[]): void {
    for (const edge of edges) {
      const needed = edge.marker === undefined || applies(edge.marker);
      if (needed) need(edge);
      else if (needed === undefined) unchecked.push(`${edge.name} ; ${edge.marker}`);
    }
  }

  function need(edge: LockedDependency): void {
    const name = normalisedName(edge.name);
    const found = (byName.get(name) ?? []).filter(
      ({ version }) => edge.version === undefined || version === edge.version,
    );
    const version = edge.version ?? found[0]?.version;
    if (edge.version === undefined && found.some((each) => each.version !== version)) {
      unchecked.push(`${edge.name} (several versions are locked)`);
      return;
    }
    const text = version === undefined ? edge.name : `${edge.name}==${version}`;
    if (name !== root) {
      const range = version === undefined ? '' : `==${version}`;
      requirements.set(text, { name, extras: [], range, text });
    }
    for (const [at, each] of found.entries()) {
      once(`${text} ${at}`, each.dependencies);
      for (const [extra, needed] of Object.entries(each.extras)) {
        if (edge.extras.some((wanted) => normalisedName(wanted) === normalisedName(extra)))
          once(`${text} ${at} ${extra}`, needed);
      }
    }
  }

  function once(key: string, edges: LockedDependency[]): void {
    if (visited.has(key)) return;
    visited.add(key);
    follow(edges);
  }

  need({ name: lock.root, extras: [] });
  return { requirements: [...requirements.values()], unchecked };
}
