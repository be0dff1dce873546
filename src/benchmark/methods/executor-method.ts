import { readFile } from 'node:fs/promises';
import type { RunExecutor } from '../../contracts/task/executor.js';
import { createExecutor } from '../../runner/create-executor.js';
import { newAttempt } from '../../simulation/new-attempt.js';
import type { RunReport } from '../../simulation/ports.js';
import { measuredBy } from '../measured.js';
import type { Method } from '../method.js';
import { TaskFailed } from '../task-failed.js';
import { reportOutput, TaskReport } from '../task-report.js';

const hour = 3_600_000;

/** Our own executor, as the app would use it. */
export function executorMethod({
  executor: name,
  standby,
  ...method
}: { executor: RunExecutor; standby: boolean } & Omit<Method, 'open'>): Method {
  return {
    ...method,
    async open(workload, { folder, atOnce }) {
      const { bundle, environment, timeoutMs, memoryLimitBytes, threads, passed } = workload;
      const { fixedAddresses = false, cpuBaseline = 'native' } = workload;
      const executor = createExecutor({
        python: environment.python,
        scratchRoot: folder,
        ...(passed && { passed }),
        ...(standby && { standby: { most: atOnce, unusedMs: hour } }),
        warm: { maxReuse: Infinity, ttlMs: Infinity, maxProcesses: 1 },
      });
      return {
        async run(task, signal) {
          const request = {
            attempt: newAttempt(),
            task,
            executor: name,
            bundle,
            environment,
            timeoutMs,
            memoryLimitBytes,
            threads,
            fixedAddresses,
            cpuBaseline,
          };
          const handedOverNs = Number(process.hrtime.bigint());
          const report = await executor.run(request, signal);
          const answeredNs = Number(process.hrtime.bigint());
          try {
            signal.throwIfAborted();
            return measuredBy(await taskReport(report, method.name), { handedOverNs, answeredNs });
          } finally {
            await report.dispose();
          }
        },
        close: () => executor.close(),
      };
    },
  };
}

async function taskReport(
  { outcome, reason, error, artifacts }: RunReport,
  method: string,
): Promise<TaskReport> {
  if (outcome !== 'succeeded') throw new TaskFailed(method, reason || outcome, error?.traceback);
  const file = artifacts.find(({ name }) => name === reportOutput);
  if (!file) {
    throw new Error(
      'Cannot bench this bundle: its Python has an installed wire function (an entry point of the group modelops.wire), and the bench can put its own around one that is in the bundle only.',
    );
  }
  return TaskReport.parse(JSON.parse(await readFile(file.path, 'utf8')));
}
