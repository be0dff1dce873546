import { explain, validRange } from '@renovatebot/pep440';
import type { EnvironmentMarker, EnvironmentMarkerLeaf } from 'pip-requirements-js';
import { normalisedName } from '../contracts/bundle/normalised-name.js';
import { satisfiesVersion } from './satisfies-version.js';

/**
 * Whether an environment marker (PEP 508) holds.
 *
 * @param environment its variables in the interpreter
 * @param extra the one that is asked for; empty for none
 */
export function markerApplies(
  marker: EnvironmentMarker,
  environment: Record<string, string>,
  extra = '',
): boolean {
  if (isComparison(marker)) {
    // Extras are names: whichever way both sides are spelt.
    const ofExtra = marker.left === 'extra' || marker.right === 'extra';
    const [left, right] = [marker.left, marker.right].map((side) => {
      const text = /^['"]/.test(side) ? side.slice(1, -1) : side === 'extra' ? extra : environment[side];
      return ofExtra ? normalisedName(text ?? '') : (text ?? '');
    });
    return compare(left ?? '', marker.operator.replace(/\s+/, ' '), right ?? '');
  }
  const applies = (side: EnvironmentMarker) => markerApplies(side, environment, extra);
  return marker.operator === 'and'
    ? applies(marker.left) && applies(marker.right)
    : applies(marker.left) || applies(marker.right);
}

function isComparison(marker: EnvironmentMarker): marker is EnvironmentMarkerLeaf {
  return marker.operator !== 'and' && marker.operator !== 'or';
}

/** Versions are compared as versions where both are some, all else as text. */
function compare(left: string, operator: string, right: string): boolean {
  if (operator === 'in') return right.includes(left);
  if (operator === 'not in') return !right.includes(left);
  if (explain(left) && validRange(operator + right)) return satisfiesVersion(left, operator + right);
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default: // ~= between texts means nothing, and pip refuses to install what says so
      return false;
  }
}
