import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold verify` */
export function addVerify(program: Command, context: CliContext): void {
  addCommand<{ run?: string }>(
    program,
    context,
    'verify <job>',
    'check that every task of a job ran in a process of its own; exits with 4 when one did not',
    (command) => command.option('--run <run>', 'another run than the latest'),
    async (output, options, args) => (await import('./verify.js')).verify(output, context, options, args),
  );
}
