import { examineMachine } from '../../doctor/examine-machine.js';
import { counted } from '../../reporting/counted.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';
import { showChecks } from '../terminal/show-checks.js';

/** What `mops-cold doctor` does. */
export async function doctor(output: Output, context: CliContext): Promise<ExitCode> {
  const checks = await examineMachine(context);
  showChecks(output, checks);
  const missing = checks.filter(({ state }) => state === 'missing');
  output.say(
    missing.length === 0
      ? 'Tasks can run here.'
      : `Tasks cannot run here: ${counted(missing.length, 'thing')} missing (✗).`,
  );
  output.document({ can_run: missing.length === 0, checks });
  return missing.length === 0 ? exitCodes.done : exitCodes.couldNot;
}
