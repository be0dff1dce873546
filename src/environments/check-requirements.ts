import type { Installed } from './ask-installed.js';
import type { Declaration } from './declaration.js';
import type { DependencyReport } from './dependency-report.js';
import { lockedRequirements } from './locked-requirements.js';
import { markerApplies } from './marker-applies.js';
import { parseRequirement, type Requirement } from './parse-requirement.js';
import { satisfiesVersion } from './satisfies-version.js';

/** Compares what is declared with what is installed. */
export function checkRequirements(declaration: Declaration, installed: Installed): DependencyReport {
  const satisfied = new Set<string>();
  const problems = new Map<string, string | undefined>();
  const unchecked = new Set(declaration.options);
  const visitedExtras = new Set<string>();

  /** Those of these that are requirements of this interpreter. */
  function applicable(texts: string[]): Requirement[] {
    return texts.flatMap((text) => {
      const requirement = parseRequirement(text);
      if (!requirement) unchecked.add(text.trim());
      else if (!requirement.marker || markerApplies(requirement.marker, installed.environment))
        return requirement;
      return [];
    });
  }

  function check(requirement: Requirement, neededBy = ''): void {
    const text = requirement.text + neededBy;
    const version = installed.distributions.get(requirement.name);
    if (version === undefined || !satisfiesVersion(version, requirement.range)) problems.set(text, version);
    else satisfied.add(text);
    for (const extra of requirement.extras) checkExtra(requirement.name, extra);
  }

  /** What the installed distribution itself says that it needs for an extra. */
  function checkExtra(name: string, extra: string): void {
    const extraName = `${name}[${extra}]`;
    if (visitedExtras.has(extraName)) return;
    visitedExtras.add(extraName);
    for (const text of installed.requires.get(name) ?? []) {
      const requirement = parseRequirement(text);
      if (!requirement) {
        unchecked.add(`${text.trim()} (for ${extraName})`);
      } else if (requirement.marker) {
        const applies = (to: string) =>
          requirement.marker && markerApplies(requirement.marker, installed.environment, to);
        if (applies(extra) && !applies('')) check(requirement, ` (for ${extraName})`);
      }
    }
  }

  const required = applicable(declaration.requirements);
  if (declaration.lock) {
    const locked = lockedRequirements(declaration.lock, installed.environment);
    required.push(...locked.requirements);
    for (const text of locked.unchecked) unchecked.add(text);
  }
  const names = new Set(required.map(({ name }) => name));
  const narrowing = applicable(declaration.constraints).filter(({ name }) => names.has(name));
  for (const requirement of [...required, ...narrowing]) check(requirement);

  return {
    satisfied: [...satisfied],
    problems: [...problems].map(([requirement, version]) => ({
      requirement,
      ...(version !== undefined && { installed: version }),
    })),
    unchecked: [...unchecked],
  };
}
