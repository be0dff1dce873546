import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { collect } from '../collect.js';
import { collectByCommas } from '../collect-by-commas.js';
import type { CancelOptions } from './cancel.js';

/** `mops-cold cancel` */
export function addCancel(program: Command, context: CliContext): void {
  addCommand<CancelOptions>(
    program,
    context,
    'cancel <job>',
    'end the tasks of a job that have not ended: those that wait never start; retry takes them up again',
    (command) =>
      command
        .option(
          '--where <name=value>',
          'those with this parameter or seed; may be given several times',
          collect,
          [],
        )
        .option('--tasks <ids>', 'those whose ids begin so; several by commas', collectByCommas, []),
    async (output, options, args) => (await import('./cancel.js')).cancel(output, context, options, args),
  );
}
