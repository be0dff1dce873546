import { type Command, CommanderError } from 'commander';
import type { CliContext } from './cli-context.js';
import { exitCodes } from './exit-codes.js';

/** Runs the command that the arguments name, and leaves its exit code in the context. */
export async function runProgram(program: Command, context: CliContext, argv: string[]): Promise<void> {
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has written its own text already. Asked-for help is no error.
    const asked = error.exitCode === 0;
    context.exitCode = asked ? exitCodes.done : exitCodes.usage;
    if (!asked && argv.includes('--json')) {
      const message = error.message.replace(/^error: /, '');
      const { createOutput } = await import('./terminal/output.js');
      createOutput(context, true).document({ error: { message, exit_code: context.exitCode } });
    }
  }
}
