import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold report` */
export function addReport(program: Command, context: CliContext): void {
  addCommand<{ run?: string; to?: string }>(
    program,
    context,
    'report <job>',
    'one HTML page about a job, which needs no network: outcomes, processes, failures, outputs over parameters, the proof of isolation, and how to reproduce it',
    (command) =>
      command
        .option('--run <run>', 'another run than the latest')
        .option('--to <file>', 'where it is written; by default ./results/<job>/report.html'),
    async (output, options, args) => (await import('./report.js')).report(output, context, options, args),
  );
}
