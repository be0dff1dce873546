import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { addDetailsOption, type DetailsOption } from '../details-option.js';

/** `mops-cold compare` */
export function addCompare(program: Command, context: CliContext): void {
  addCommand<DetailsOption>(
    program,
    context,
    'compare <first> <second>',
    'compare the results of two jobs over the tasks they share, whatever their executor or version of the bundle; exits with 5 when any differ. <job>@<run> is one run of a job; without it the best outcome of each task counts',
    addDetailsOption,
    async (output, options, args) => (await import('./compare.js')).compare(output, context, options, args),
  );
}
