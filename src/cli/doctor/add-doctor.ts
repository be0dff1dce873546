import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold doctor` */
export function addDoctor(program: Command, context: CliContext): void {
  addCommand(
    program,
    context,
    'doctor',
    'what this machine has and lacks for running tasks, and which guarantees do not hold on it',
    (command) => command,
    async (output) => (await import('./doctor.js')).doctor(output, context),
  );
}
