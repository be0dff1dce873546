import { Command, Option } from 'commander';
import { describeError } from '../../reporting/describe-error.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { parseTasksAtOnce } from '../parse-tasks-at-once.js';
import { storageFolder } from '../storage-folder.js';
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
    .option(
      '--storage <folder>',
      `with --keep: where storage is kept, for the next start too (default ${storageFolder})`,
    )
    .addOption(
      new Option('--in-memory', 'with --keep: keep storage in memory; it goes at the end').conflicts(
        'storage',
      ),
    )
    .option(
      '--tasks-at-once <count>',
      'with --keep: how many tasks run at a time (default: as many as there are cores, 4 at most)',
      parseTasksAtOnce,
    )
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
    const { keep, storage, inMemory, tasksAtOnce } = options;
    if (!keep && [storage, inMemory, tasksAtOnce].some((value) => value !== undefined)) {
      program.error('error: --storage, --in-memory and --tasks-at-once need --keep (npm run dev)');
    }
    try {
      await (options.keep ? keepRunning : showDemonstration)(context, options);
    } catch (error) {
      context.exitCode = context.signal.aborted ? exitCodes.interrupted : exitCodes.couldNot;
      context.stderr.write(`${context.signal.aborted ? 'Interrupted.' : describeError(error)}\n`);
      if (options.verbose && error instanceof Error) context.stderr.write(`${error.stack}\n`);
    }
  });
}
