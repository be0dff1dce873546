import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunReport } from '../../simulation/ports.js';
import type { ExecutorContext } from '../executor-context.js';
import { hashSeedInForce } from '../hash-seed-in-force.js';
import { kindOfTask } from '../kind-of-task.js';
import { createAttemptFolder, letIn } from '../place/attempt-folder.js';
import { handOver, makeFolders } from '../place/own-folders.js';
import { removeFolder } from '../place/remove-folder.js';
import { taskEnvironment } from '../place/task-environment.js';
import { takeUser } from '../place/task-user.js';
import { workingFolders } from '../place/working-folders.js';
import { logHead } from '../process/log-head.js';
import { CannotExecute, startRunner } from '../process/runner-process.js';
import { taskLine } from '../process/task-line.js';
import { buildReport } from '../report/build-report.js';
import { notExecuted } from '../report/not-executed.js';
import type { WarmedRequest } from '../warm-up/warm-up.js';
import type { WarmProcess, WarmProcesses } from './warm-processes.js';

/**
 * Runs one task in a process that ran others before it. `isolated_warm`: one process for each bundle, environment and
 * configuration, with one working copy. `direct`: one process for everything, with no isolation at all.
 */
export async function runWarm(
  context: ExecutorContext,
  processes: WarmProcesses,
  request: WarmedRequest,
  signal: AbortSignal,
): Promise<RunReport> {
  const begun = performance.now();
  const direct = request.executor === 'direct';
  const folder = createAttemptFolder(context.folder.path, request.attempt);
  const [artifacts, log] = [join(folder, 'artifacts'), join(folder, 'log')];
  const dispose = () => removeFolder(folder);
  try {
    const start = () => startWarm(context, request, direct);
    return await processes.use(
      // No process can change the seed with which it was started.
      direct ? `direct ${request.environment.python} ${hashSeedInForce(request)}` : kindOfTask(request),
      start,
      async ({ process, folder: home, user: { user, attested } }) => {
        if (user !== undefined) letIn(folder, user);
        if (direct) await workingFolders(context, folder, user, request);
        makeFolders([artifacts]);
        handOver([artifacts], user);
        const prepareMs = performance.now() - begun;
        const env = taskEnvironment(request, folder, context, user);
        request.onLog?.(log);
        const record = await process.run(
          {
            task: taskLine(request, {
              bundle: join(direct ? folder : home, 'bundle'),
              artifacts,
              ...(direct ? { env } : {}),
            }),
            timeoutMs: request.timeoutMs,
            graceMs: context.graceMs,
            logPath: log,
            logHead: logHead(process.seen.pid, request),
            last: false,
          },
          signal,
        );
        return buildReport(request, record, {
          artifacts,
          log,
          boundary: attested,
          prepareMs,
          standby: false,
          dispose,
        });
      },
    );
  } catch (error) {
    if (error instanceof CannotExecute) {
      await writeFile(log, `${error.message}\n`);
      return notExecuted(request, error, { log, prepareMs: performance.now() - begun, dispose });
    }
    await dispose();
    throw error;
  }
}

async function startWarm(
  context: ExecutorContext,
  request: WarmedRequest,
  direct: boolean,
): Promise<WarmProcess> {
  const own = await takeUser(context, request);
  if (own.refused) throw own.refused;
  const { user, network = true } = own;
  const folder = createAttemptFolder(context.folder.path, randomUUID(), user);
  const dispose = () => removeFolder(folder);
  let isUsed = false;
  try {
    await workingFolders(context, folder, user, direct ? undefined : request);
    const supervisor = context.supervisor();
    isUsed = true;
    const process = await startRunner(supervisor, {
      ...(user !== undefined && { user, network }),
      view: own.view(),
      interpreter: request.environment,
      fixedAddresses: request.fixedAddresses ?? false,
      env: taskEnvironment(request, folder, context, user),
      cwd: join(folder, 'bundle'),
      memoryLimitBytes: request.memoryLimitBytes,
    });
    return { process, folder, user: own, dispose };
  } catch (error) {
    if (user !== undefined && !isUsed) context.supervisor().users.giveBack(user);
    await dispose();
    throw error;
  }
}
