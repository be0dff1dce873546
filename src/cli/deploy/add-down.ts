import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import type { DownOptions } from './down.js';
import { withPlace } from './with-place.js';

/** `mops-cold deploy down` */
export function addDown(deploy: Command, context: CliContext): void {
  addCommand<DownOptions>(
    deploy,
    context,
    'down',
    'delete a deployment; while it holds results or jobs, only with --delete-results',
    (command) =>
      withPlace(command)
        .option('--delete-results', 'delete results and jobs that are inside, too')
        .option('--yes', 'do not ask'),
    async (output, options) => (await import('./down.js')).down(output, context, options),
  );
}
