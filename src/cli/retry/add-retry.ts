import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import { addLimitOptions } from '../add-limit-options.js';
import type { CliContext } from '../cli-context.js';
import { collect } from '../collect.js';
import { collectByCommas } from '../collect-by-commas.js';
import type { RetryOptions } from './retry.js';

/** `mops-cold retry` */
export function addRetry(program: Command, context: CliContext): void {
  addCommand<RetryOptions>(
    program,
    context,
    'retry <job>',
    'run again what failed of a job, or some of it: the same tasks, in a new run of the job',
    (command) =>
      addLimitOptions(command)
        .option('--failed', 'all that failed: so it is without any choice')
        .option(
          '--outcome <outcome>',
          'those that ended so, as crashed or timed-out; several by commas',
          collectByCommas,
          [],
        )
        .option(
          '--where <name=value>',
          'those with this parameter or seed; may be given several times',
          collect,
          [],
        )
        .option('--tasks <ids>', 'those whose ids begin so; several by commas', collectByCommas, [])
        .option('--pending', 'also those without an outcome, whose messages are lost')
        .option('--no-cache', 'also those that succeeded; no stored result answers any of them')
        .option('--run <run>', 'a retry that was interrupted: sends the rest of it')
        .option('--watch', 'watch it to its end'),
    async (output, options, args) => (await import('./retry.js')).retry(output, context, options, args),
  );
}
