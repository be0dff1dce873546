import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { parseSeconds } from '../parse-seconds.js';

/** `mops-cold watch` */
export function addWatch(program: Command, context: CliContext): void {
  addCommand<{ run?: string; timeout?: number }>(
    program,
    context,
    'watch <job>',
    'show the progress of a job until every task has ended; exits with 3 when some failed',
    (command) =>
      command
        .option('--run <run>', 'another run than the latest')
        .option('--timeout <time>', 'give up watching after this time (exit code 1)', parseSeconds),
    async (output, options, args) => (await import('./watch.js')).watch(output, context, options, args),
  );
}
