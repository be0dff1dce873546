import type { DependencyReport } from './dependency-report.js';

const most = 10;

/** `numpy>=2 is not satisfied (1.24.2 is installed) and starsim is not installed` */
export function describeProblems(problems: DependencyReport['problems']): string {
  const named = problems
    .slice(0, most)
    .map(({ requirement, installed }) =>
      installed === undefined
        ? `${requirement} is not installed`
        : `${requirement} is not satisfied (${installed} is installed)`,
    );
  if (problems.length > most) named.push(`${problems.length - most} more`);
  const last = named.pop() ?? '';
  return named.length === 0 ? last : `${named.join(', ')} and ${last}`;
}
