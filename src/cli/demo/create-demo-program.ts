import { Command } from 'commander';
import { describeError } from '../../reporting/describe-error.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import type { DemoOptions } from './demo-options.js';
import { keepRunning } from './keep-running.js';
import { showDemonstration } from './show-demonstration.js';

/** `npm start` and `npm run dev`. */
export function createDemoProgram(context: CliContext): Command {
  const program = new Command('npm start --')
    .description(
      'Shows on this machine that every simulation has a process of its own, and what happens when it has not.',
    )
    .option('--keep', 'run no demonstration: keep storage and app running for your own tasks (npm run dev)')
    .option('--func', 'host the app on Azure Functions Core Tools instead of the embedded host')
    .option('--verbose', 'show everything that the host says')
    .exitOverride()
    .showHelpAfterError()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    });
  return program.action(async () => {
    const options = program.opts<DemoOptions>();
    try {
      await (options.keep ? keepRunning : showDemonstration)(context, options);
    } catch (error) {
      context.exitCode = context.signal.aborted ? exitCodes.interrupted : exitCodes.couldNot;
      context.stderr.write(`${context.signal.aborted ? 'Interrupted.' : describeError(error)}\n`);
      if (options.verbose && error instanceof Error) context.stderr.write(`${error.stack}\n`);
    }
  });
}
