import { inspect } from 'node:util';
import type { Command } from 'commander';
import { SubmissionStopped } from '../jobs/submission/submission-stopped.js';
import { StoppedHalfway } from '../reporting/stopped-halfway.js';
import { UsageError } from '../reporting/usage-error.js';
import type { CliContext } from './cli-context.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import type { Output } from './terminal/output.js';

/**
 * A command that every convention holds for: `--json`, `--verbose`, the exit codes, and errors as one sentence.
 *
 * @param act imports what does the work: nothing but this command loads it, and neither `--help` nor a wrong option
 */
export function addCommand<Options>(
  program: Command,
  context: CliContext,
  usage: string,
  description: string,
  build: (command: Command) => Command,
  act: (output: Output, options: Options, args: (string | undefined)[]) => Promise<ExitCode>,
): void {
  const command = build(program.command(usage).description(description));
  if (!command.options.some(({ long }) => long === '--json'))
    command.option('--json', 'machine-readable output on stdout; text for people goes to stderr');
  command.option('--verbose', 'with errors, say where in the program they come from');

  command.action(async (...given: unknown[]) => {
    const options = command.opts<Options & { json?: boolean | string; verbose?: boolean }>();
    const { createOutput } = await import('./terminal/output.js');
    const output = createOutput(context, options.json === true);
    // Words of the last argument, where it takes several, follow the others.
    const args = given.slice(0, command.registeredArguments.length).flat() as (string | undefined)[];
    try {
      context.exitCode = await act(output, options, args);
    } catch (error) {
      context.exitCode = exitCodeOf(context, error);
      output.fail(await messageOf(context, error), context.exitCode);
      if (options.verbose) context.stderr.write(`${inspect(error)}\n`);
    }
  });
}

function exitCodeOf({ signal }: CliContext, error: unknown): ExitCode {
  if (signal.aborted) return exitCodes.interrupted;
  return error instanceof UsageError ? exitCodes.usage : exitCodes.couldNot;
}

/** After Ctrl-C all sorts of things are given up, and say so; only what was sent or made by then is worth telling. */
async function messageOf({ signal }: CliContext, error: unknown): Promise<string> {
  if (error instanceof UsageError) return error.message;
  if (!signal.aborted) return (await import('../reporting/describe-error.js')).describeError(error);
  const worthTelling = error instanceof SubmissionStopped || error instanceof StoppedHalfway;
  return worthTelling ? `Interrupted. ${error.message}` : 'Interrupted.';
}
