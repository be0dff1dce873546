import type { Command } from 'commander';
import { examineMachine } from '../../doctor/examine-machine.js';
import { counted } from '../../reporting/counted.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { showChecks } from '../terminal/show-checks.js';

/** `mops-cold doctor` */
export function addDoctor(program: Command, context: CliContext): void {
  addCommand(
    program,
    context,
    'doctor',
    'what this machine has and lacks for running tasks, and which guarantees do not hold on it',
    (command) => command,
    async (output) => {
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
    },
  );
}
