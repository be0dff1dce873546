import type { Check } from '../../reporting/check.js';
import type { Output } from './output.js';

const marks = { ok: '✓', limited: '–', missing: '✗' };

/** Checks as lines for people, one each. */
export function showChecks(output: Output, checks: Check[]): void {
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, state, found } of checks) output.say(`${marks[state]} ${name.padEnd(width)}  ${found}`);
}
