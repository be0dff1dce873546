import { benchDocument } from '../../benchmark/bench-document.js';
import { benchTask } from '../../benchmark/bench-task.js';
import { isolationFailures } from '../../benchmark/isolation-failures.js';
import { mustTakeFile } from '../../benchmark/must-take-file.js';
import { TaskFailed } from '../../benchmark/task-failed.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { writeWhole } from '../../files/write-whole.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openTask } from '../run/open-task.js';
import type { TaskOptions } from '../run/task-options.js';
import type { Output } from '../terminal/output.js';
import { methodsTable } from './methods-table.js';

export interface BenchOptions extends TaskOptions {
  n: number;
  json?: boolean | string;
}

/** What `mops-cold bench` does. */
export async function bench(output: Output, context: CliContext, options: BenchOptions): Promise<ExitCode> {
  if (typeof options.json === 'string') await mustTakeFile(options.json);
  output.note('Bringing the bundle here, and trying the task out.');
  const { settings, task, bundle } = await openTask(options, context);
  try {
    const rows = await benchTask({ n: options.n, settings, task, bundle }, context.signal, output.note);
    output.say(methodsTable(rows));
    const document = benchDocument(rows);
    output.document(document);
    if (typeof options.json === 'string') await writeWhole(options.json, [`${stringifyJson(document, 2)}\n`]);
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
}
