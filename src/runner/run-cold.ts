import { writeFile } from 'node:fs/promises';
import type { RunReport, RunRequest } from '../simulation/ports.js';
import { buildReport } from './build-report.js';
import type { ExecutorContext } from './executor-context.js';
import { kindOfTask } from './kind-of-task.js';
import { logHead } from './log-head.js';
import { notExecuted } from './not-executed.js';
import { type PlacedRunner, placeRunner } from './place-runner.js';
import type { StandbyRunners } from './standby-runners.js';
import { taskLine } from './task-line.js';

/**
 * Runs one task in a process that is started for one task, ran nothing before, and exits after it. It may have been
 * started ahead; while the task runs, the one for the next task of its kind is started.
 */
export async function runCold(
  context: ExecutorContext,
  standby: StandbyRunners,
  request: RunRequest,
  signal: AbortSignal,
): Promise<RunReport> {
  const begun = performance.now();
  const kind = kindOfTask(request);
  const ready = await standby.take(kind);
  const runner = ready ?? (await placeRunner(context, request, { ahead: false }));
  const prepareMs = performance.now() - begun;
  try {
    if ('cannotExecute' in runner) {
      await writeFile(runner.log, `${runner.cannotExecute.message}\n`);
      return notExecuted(request, runner.cannotExecute, { ...runner, prepareMs });
    }
    const { process, bundle, artifacts, log } = runner;
    const running = process.run(
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
    standby.provide(kind, () => startAhead(context, request));
    const record = await running;
    standby.ran(record.end.peak_memory_bytes);
    return await buildReport(request, record, { ...runner, prepareMs, standby: ready !== undefined });
  } catch (error) {
    await runner.dispose();
    throw error;
  }
}

async function startAhead(context: ExecutorContext, request: RunRequest): Promise<PlacedRunner | undefined> {
  const runner = await placeRunner(context, request, { ahead: true });
  if ('process' in runner) return runner;
  await runner.dispose();
  return undefined;
}
