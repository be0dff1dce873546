import { type Command, InvalidArgumentError } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { collect } from '../collect.js';
import { addTaskOptions } from '../run/task-options.js';
import type { BenchOptions } from './bench.js';

/** `mops-cold bench` */
export function addBench(program: Command, context: CliContext): void {
  addCommand<BenchOptions>(
    program,
    context,
    'bench',
    'compare ways of running one task here: what a fresh process costs; exits with 4 when a way that claims isolation does not isolate',
    (command) =>
      addTaskOptions(command)
        .requiredOption('--bundle <path|reference>', 'its code: a folder, or [repository@]sha256:<digest>')
        .requiredOption('--entrypoint <name>', 'what to run, as in models.sir/baseline')
        .option('--env <NAME=VALUE>', 'an environment variable of the task; once for each', collect)
        .option('--n <number>', 'how often each way runs the task alone, and at full load again', parseN, 20)
        .option('--json [file]', 'a row for each way as JSON: into a file, or on stdout'),
    async (output, options) => (await import('./bench.js')).bench(output, context, options),
  );
}

function parseN(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, at least 1.');
  return Number(text);
}
