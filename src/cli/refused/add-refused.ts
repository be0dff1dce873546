import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { parseCount } from '../parse-count.js';

/** `mops-cold refused …` */
export function addRefused(program: Command, context: CliContext): void {
  const refused = program
    .command('refused')
    .description(
      'messages that were given up, of whatever job: they are no tasks, or met trouble at each delivery. None is sent again: `retry` runs a task anew, in a run of its own',
    );
  addCommand<{ most: number }>(
    refused,
    context,
    'list',
    'the newest of them: when, which, and why',
    (command) => command.option('--most <number>', 'how many are listed', parseCount, 20),
    async (output, options) => (await import('./list.js')).list(output, context, options),
  );
  addCommand(
    refused,
    context,
    'show <message>',
    'all that is kept of one, by the start of its id: when, why, and its whole body',
    (command) => command,
    async (output, _, args) => (await import('./show.js')).show(output, context, args),
  );
}
