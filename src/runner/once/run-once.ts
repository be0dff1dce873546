import { writeFile } from 'node:fs/promises';
import type { RunReport } from '../../simulation/ports.js';
import type { ExecutorContext } from '../executor-context.js';
import type { PlacedRunner, PlaceRunner, RunPlace } from '../place/place-runner.js';
import { logHead } from '../process/log-head.js';
import type { TaskRecord } from '../process/runner-process.js';
import { taskLine } from '../process/task-line.js';
import { buildReport } from '../report/build-report.js';
import { notExecuted } from '../report/not-executed.js';
import type { WarmedRequest } from '../warm-up/warm-up.js';
import type { StandbyRunners } from './standby-runners.js';

/**
 * Runs one task in a process that is there for one task, ran nothing before, and exits after it. It may have been started
 * ahead; once the task's own import is over, the one for the next task of its kind is started.
 *
 * @param kind tasks of one kind can run in each other's process
 */
export async function runOnce(
  context: ExecutorContext,
  standby: StandbyRunners,
  kind: string,
  request: WarmedRequest,
  place: PlaceRunner,
  signal: AbortSignal,
): Promise<RunReport> {
  const begun = performance.now();
  const ready = await standby.take(kind, signal, request.timeoutMs);
  if (ready) {
    const report = await orDispose(ready, async () => {
      const prepareMs = performance.now() - begun;
      const record = await runIn(ready);
      if (endedBeforeItsTask(record)) return undefined;
      return buildReport(request, record, { ...ready, prepareMs, standby: true });
    });
    if (report) return report;
    console.warn(
      `Process ${ready.process.seen.pid}, which stood by, ended before its task began: the task runs in one of its own.`,
    );
    await ready.dispose();
  }
  const runner = await place({ ahead: false });
  return orDispose(runner, async () => {
    const prepareMs = performance.now() - begun;
    if ('cannotExecute' in runner) {
      await writeFile(runner.log, `${runner.cannotExecute.message}\n`);
      return notExecuted(request, runner.cannotExecute, { ...runner, prepareMs });
    }
    return buildReport(request, await runIn(runner), { ...runner, prepareMs, standby: false });
  });

  async function runIn(runner: PlacedRunner): Promise<TaskRecord> {
    request.onLog?.(runner.log);
    const record = await runner.process.run(
      {
        task: taskLine(request, runner),
        timeoutMs: request.timeoutMs,
        graceMs: context.graceMs,
        logPath: runner.log,
        logHead: logHead(runner.process.seen.pid, request),
        last: true,
        // Not before: the task's own import may want something for itself alone, a port or a lock.
        onEntered: () => standby.provide(kind, () => startAhead(place)),
      },
      signal,
    );
    standby.ran(record.end.peak_memory_bytes, runner === ready ? undefined : record.entered?.import_ms);
    return record;
  }
}

const ownEnds: unknown[] = [null, 'lost', 'memory'];

/** It died, or was being ended, while its task was on its way to it: nothing of the task has run. */
function endedBeforeItsTask({ entered, done, end }: TaskRecord): boolean {
  return !entered && !done && end.event === 'ended' && ownEnds.includes(end.limit);
}

async function startAhead(place: PlaceRunner): Promise<PlacedRunner | undefined> {
  const runner = await place({ ahead: true });
  if ('process' in runner) return runner;
  await runner.dispose();
  return undefined;
}

async function orDispose<T>(place: RunPlace, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await place.dispose();
    throw error;
  }
}
