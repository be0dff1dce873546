import { type Command, InvalidArgumentError } from 'commander';
import { benchDocument } from '../../benchmark/bench-document.js';
import { benchTask } from '../../benchmark/bench-task.js';
import { isolationFailures } from '../../benchmark/isolation-failures.js';
import { mustTakeFile } from '../../benchmark/must-take-file.js';
import { TaskFailed } from '../../benchmark/task-failed.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { writeWhole } from '../../files/write-whole.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { openTask } from '../run/open-task.js';
import { addTaskOptions, type TaskOptions } from '../run/task-options.js';
import { methodsTable } from './methods-table.js';

interface BenchOptions extends TaskOptions {
  n: number;
  json?: boolean | string;
}

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
    async (output, options) => {
      if (typeof options.json === 'string') await mustTakeFile(options.json);
      const { settings, task, bundle } = await openTask(options, context);
      try {
        const rows = await benchTask({ ...options, settings, task, bundle }, context.signal, output.note);
        output.say(methodsTable(rows));
        const document = benchDocument(rows);
        output.document(document);
        if (typeof options.json === 'string')
          await writeWhole(options.json, [`${stringifyJson(document, 2)}\n`]);
        const failures = isolationFailures(rows);
        for (const failure of failures) output.note(failure);
        return failures.length > 0 ? exitCodes.proofFailed : exitCodes.done;
      } catch (error) {
        if (!(error instanceof TaskFailed)) throw error;
        if (error.traceback) output.note(error.traceback.trimEnd());
        output.fail(error.message, exitCodes.someTasksFailed);
        return exitCodes.someTasksFailed;
      } finally {
        await bundle.release();
      }
    },
  );
}

function parseN(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, at least 1.');
  return Number(text);
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
