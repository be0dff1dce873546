import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunReport, RunRequest } from '../simulation/ports.js';
import { createAttemptFolder } from './attempt-folder.js';
import { buildReport } from './build-report.js';
import type { ExecutorContext } from './executor-context.js';
import { logHead } from './log-head.js';
import { notExecuted } from './not-executed.js';
import { removeFolder } from './remove-folder.js';
import { CannotExecute, startRunner } from './runner-process.js';
import { taskEnvironment } from './task-environment.js';
import { taskLine } from './task-line.js';
import { copyBundle } from './working-copy.js';

/** Runs one task in a process that is started for it, ran nothing before, and exits after it. */
export async function runCold(
  context: ExecutorContext,
  request: RunRequest,
  signal: AbortSignal,
): Promise<RunReport> {
  const begun = performance.now();
  const folder = join(context.folder.path, 'attempts', request.attempt);
  const [bundle, artifacts, log] = ['bundle', 'artifacts', 'log'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const dispose = () => removeFolder(folder);
  await createAttemptFolder(folder);
  try {
    await Promise.all(['bundle', 'home', 'tmp', 'artifacts'].map((name) => mkdir(join(folder, name))));
    // The interpreter starts while its working copy is made; it waits for the task before it looks at it.
    const starting = startRunner(context.supervisor(), randomUUID(), {
      python: request.environment.python,
      env: taskEnvironment(request.task, folder, context.threadsPerTask, context.folder.name),
      cwd: bundle,
      memoryLimitBytes: request.memoryLimitBytes,
    });
    const [started, copied] = await Promise.allSettled([starting, copyBundle(request.bundle.path, bundle)]);
    if (copied.status === 'rejected') {
      if (started.status === 'fulfilled') await started.value.retire('stop');
      throw copied.reason;
    }
    if (started.status === 'rejected') {
      if (!(started.reason instanceof CannotExecute)) throw started.reason;
      await writeFile(log, `${started.reason.message}\n`);
      return notExecuted(request, started.reason, { log, prepareMs: performance.now() - begun, dispose });
    }
    const process = started.value;
    const prepareMs = performance.now() - begun;
    const record = await process.run(
      {
        task: taskLine(request, { bundle, artifacts }),
        timeoutMs: request.timeoutMs,
        graceMs: context.graceMs,
        logPath: log,
        logHead: logHead(process.seen.pid, request),
        last: true,
      },
      signal,
    );
    return buildReport(request, record, { artifacts, log, prepareMs, dispose });
  } catch (error) {
    await dispose();
    throw error;
  }
}
