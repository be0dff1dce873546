import { eq, explain, ge, gt, le, lt } from '@renovatebot/pep440';

/**
 * Whether a version lies in a range (PEP 440). Prereleases do when they lie between its ends: what is asked about is
 * installed already, somebody chose it.
 *
 * The library's own `satisfies` is not used: it takes `==1.0+cpu` for satisfied by `1.0+cu118`, `>1.0rc1` for not
 * satisfied by `1.0`, and throws on an installed version that is none.
 */
export function satisfiesVersion(version: string, range: string): boolean {
  return range
    .split(',')
    .map((clause) => clause.trim())
    .every((clause) => clause === '' || satisfiesClause(version.trim(), clause));
}

function satisfiesClause(version: string, clause: string): boolean {
  const [, operator, wanted = ''] = /^(===|~=|==|!=|<=|>=|<|>)\s*(.*)$/.exec(clause) ?? [];
  if (operator === '===') return version.toLowerCase() === wanted.toLowerCase();
  const has = explain(version);
  const wants = explain(wanted.replace(/\.\*$/, ''));
  if (!has || !wants) return false;
  const sameRelease = eq(has.base_version, wants.base_version);
  /** Whether its first numbers are these, zeros added: 1 is in 1.0.* */
  const startsWith = (release: number[]) =>
    has.epoch === wants.epoch && release.every((number, at) => number === (has.release[at] ?? 0));
  // A local part (+cu118) says how it was built: it matters only where one is asked for.
  const equal = wanted.endsWith('.*')
    ? startsWith(wants.release)
    : eq(wants.local ? version : has.public, wanted);
  switch (operator) {
    case '==':
      return equal;
    case '!=':
      return !equal;
    case '<=':
      return le(has.public, wanted);
    case '>=':
      return ge(has.public, wanted);
    case '<': // 2.0rc1 is no version below 2.0
      return lt(version, wanted) && !(sameRelease && has.is_prerelease && !wants.is_prerelease);
    case '>': // 2.0.post1 and 2.0+local are none above 2.0
      return (
        gt(version, wanted) && !(sameRelease && (has.local || (has.is_postrelease && !wants.is_postrelease)))
      );
    case '~=':
      return ge(has.public, wanted) && startsWith(wants.release.slice(0, -1));
    default:
      return false;
  }
}
