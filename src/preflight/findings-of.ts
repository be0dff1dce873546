import type { CheckReport } from '../contracts/task/check-request.js';
import type { RunReport } from '../simulation/ports.js';
import type { Finding } from './finding.js';

/**
 * What is wrong with the wire function, and the names of a report, as findings.
 *
 * @param compare says what else is known of an entrypoint
 */
export function findingsOf(
  report: CheckReport,
  isTheApps: boolean,
  compare = (_entrypoint: string, finding: Finding) => finding,
): Finding[] {
  const of =
    (name: string) =>
    (checked: CheckReport['targets'][number]): Finding => {
      const { state, reason, missing_module: module } = checked;
      if (state === 'found') return { name, state: 'ok', found: checked.name };
      if (state === 'unknown') return { name, state, found: `${checked.name}: ${reason}` };
      const elsewhere = module !== null && !isTheApps;
      return {
        name,
        state: elsewhere ? 'unchecked' : 'missing',
        found: `${checked.name} cannot be imported${elsewhere ? ' here' : ''}: ${reason}`,
      };
    };
  const wire = { name: 'Wire function', state: 'missing', found: report.wire_problem } as const;
  return [
    ...(report.wire_problem === '' ? [] : [wire]),
    ...report.entrypoints.map((checked) => compare(checked.name, of('Entrypoint')(checked))),
    ...report.targets.map(of('Target')),
  ];
}

/** Why a bundle could not be tried out: its own fault, or that of the Python here. */
export function failureFinding(
  { outcome, reason, error, stderrTail }: Pick<RunReport, 'outcome' | 'reason' | 'error' | 'stderrTail'>,
  isTheApps: boolean,
): Finding {
  const what =
    error === undefined ? reason : `${error.errorType}: ${error.message}${placeIn(error.traceback)}`;
  const details = error?.traceback || stderrTail;
  // A library for another platform is an ImportError too.
  const ofThePython = outcome === 'environment-failed' || error?.errorType === 'ImportError';
  if (ofThePython && !isTheApps) {
    return {
      name: 'Wire function',
      state: 'unchecked',
      found: `it cannot be imported here: ${what}`,
      details,
    };
  }
  return { name: 'Wire function', state: 'missing', found: `it cannot be imported: ${what}`, details };
}

/** Where in the bundle it was raised: ` (models/sir.py, line 3)`. */
function placeIn(traceback: string): string {
  const places = [...traceback.matchAll(/File "[^"]*\/bundle\/([^"]+)", line (\d+)/g)];
  const [, file, line] = places.at(-1) ?? [];
  return file === undefined ? '' : ` (${file}, line ${line})`;
}
