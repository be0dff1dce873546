import { openStorage } from '../../connections/open-storage.js';
import type { Diagnosis } from '../../diagnosis/diagnosis.js';
import { diagnoseInApp } from '../../diagnosis/in-app/diagnose-in-app.js';
import { UsageError } from '../../reporting/usage-error.js';
import { pushWithProgress } from '../bundle/push-with-progress.js';
import type { CliContext } from '../cli-context.js';
import { createReporter } from '../terminal/create-reporter.js';
import type { Output } from '../terminal/output.js';
import type { DiagnoseOptions } from './diagnose-options.js';
import type { TasksToDiagnose } from './read-tasks-to-diagnose.js';

/** Has the app diagnose; a folder is stored first. */
export async function findInApp(
  output: Output,
  context: CliContext,
  { tasksAtOnce, shuffleSeed }: DiagnoseOptions,
  { bundle, tasks, jobId }: TasksToDiagnose,
): Promise<Diagnosis> {
  if (tasksAtOnce !== undefined)
    throw new UsageError(
      'Cannot use --tasks-at-once with --in-app: the app runs one process at a time, which is the memory of one task.',
    );
  const storage = await openStorage(context.env);
  await pushWithProgress(bundle, output);
  const { diagnosis, report } = await diagnoseInApp(
    storage,
    bundle.ref,
    tasks,
    { ...(jobId !== undefined && { jobId }), ...(shuffleSeed !== undefined && { shuffleSeed }) },
    createReporter(output),
    context.signal,
  );
  output.note(`The app keeps the report as ${report} in the container ${storage.jobs.containerName}.`);
  return diagnosis;
}
