import type { RunReport, RunRequest } from '../../simulation/ports.js';
import type { ExecutorContext } from '../executor-context.js';
import { kindOfTask } from '../kind-of-task.js';
import { runOnce } from '../once/run-once.js';
import type { StandbyRunners } from '../once/standby-runners.js';
import { type PlaceRunner, placeRunner } from '../place/place-runner.js';
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
  standby: StandbyRunners,
  request: RunRequest,
  signal: AbortSignal,
): Promise<RunReport> {
  const kind = kindOfTask(request);
  const run = () =>
    templates.use(
      kind,
      () => startTemplate(context, request),
      (template) => {
        const { name } = template.process;
        return runOnce(
          context,
          standby,
          `${name} ${kind}`,
          request,
          forkFrom(context, request, template),
          signal,
        );
      },
    );
  // A template may have been ended (memory, say) since it was last used: a new one is tried once.
  return run().catch((error: unknown) => {
    if (error instanceof ForkFailed) return run();
    throw error;
  });
}

class ForkFailed extends Error {}

function forkFrom(context: ExecutorContext, request: RunRequest, { process }: Template): PlaceRunner {
  return async ({ ahead }) => {
    try {
      return await placeRunner(context, request, { ahead, template: process.name });
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new ForkFailed(`Cannot fork a process for the task. ${said}`, { cause: error });
    }
  };
}
