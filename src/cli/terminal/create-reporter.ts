import type { Reporter } from '../../reporting/reporter.js';
import type { Output } from './output.js';

/** Shows what a capability reports: what is done as a line of the result, the rest beside it. */
export function createReporter(output: Output): Reporter {
  return { done: (sentence) => output.say(`✓ ${sentence}`), note: output.note };
}
