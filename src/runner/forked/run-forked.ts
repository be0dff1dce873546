import type { RunReport, RunRequest } from '../../simulation/ports.js';
import type { ExecutorContext } from '../executor-context.js';
import { kindOfTask } from '../kind-of-task.js';
import { type PlacedRunner, placeRunner } from '../place/place-runner.js';
import { logHead } from '../process/log-head.js';
import { taskLine } from '../process/task-line.js';
import { buildReport } from '../report/build-report.js';
import { startTemplate, type Template } from './start-template.js';
import type { Templates } from './templates.js';

/**
 * Runs one task in a process that is forked for it from one that has imported the wire function, and that leaves after it.
 *
 * @throws ForkRefused where that is not safe
 */
export async function runForked(
  context: ExecutorContext,
  templates: Templates,
  request: RunRequest,
  signal: AbortSignal,
): Promise<RunReport> {
  const begun = performance.now();
  const run = () =>
    templates.use(
      kindOfTask(request),
      () => startTemplate(context, request),
      async (template) => {
        const runner = await forkRunner(context, request, template);
        try {
          const prepareMs = performance.now() - begun;
          const record = await runner.process.run(
            {
              task: taskLine(request, runner),
              timeoutMs: request.timeoutMs,
              graceMs: context.graceMs,
              logPath: runner.log,
              logHead: logHead(runner.process.seen.pid, request),
              last: true,
            },
            signal,
          );
          return await buildReport(request, record, { ...runner, prepareMs, standby: false });
        } catch (error) {
          await runner.dispose();
          throw error;
        }
      },
    );
  // A template may have been ended (memory, say) since it was last used: a new one is tried once.
  return run().catch((error: unknown) => {
    if (error instanceof ForkFailed) return run();
    throw error;
  });
}

class ForkFailed extends Error {}

async function forkRunner(
  context: ExecutorContext,
  request: RunRequest,
  template: Template,
): Promise<PlacedRunner> {
  try {
    const runner = await placeRunner(context, request, { ahead: false, template: template.process.name });
    if ('process' in runner) return runner;
    throw runner.cannotExecute;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new ForkFailed(`Cannot fork a process for the task. ${said}`, { cause: error });
  }
}
