import { ForkRefused } from '../../simulation/fork-refused.js';
import type { RunReport } from '../../simulation/ports.js';
import type { ExecutorContext } from '../executor-context.js';
import { kindOfTask } from '../kind-of-task.js';
import { runOnce } from '../once/run-once.js';
import type { StandbyRunners } from '../once/standby-runners.js';
import { type PlaceRunner, placeRunner } from '../place/place-runner.js';
import { ForkFailed } from '../process/fork-failed.js';
import type { WarmedRequest } from '../warm-up/warm-up.js';
import { startTemplate } from './start-template.js';
import type { Templates } from './templates.js';

/**
 * Runs one task in a process that is forked for it from one that has imported the wire function, and that leaves after it.
 *
 * @throws ForkRefused where that is not safe, or fails again and again
 */
export async function runForked(
  context: ExecutorContext,
  templates: Templates,
  standby: StandbyRunners,
  request: WarmedRequest,
  signal: AbortSignal,
): Promise<RunReport> {
  // What checks a bundle imports it in another way.
  const kind = `${kindOfTask(request)}${request.check ? ' check' : ''}`;
  const run = () =>
    templates.use(
      kind,
      () => startTemplate(context, request),
      ({ process: { name }, home, left, user }) => {
        const template = { name, home, left, user };
        const place: PlaceRunner = ({ ahead }) => placeRunner(context, request, { ahead, template });
        return runOnce(context, standby, `${name} ${kind}`, request, place, signal);
      },
      signal,
    );
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ForkFailed)) throw error;
  }
  // A template may have been ended (memory, say) since it was last used: a new one is tried once.
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ForkFailed)) throw error;
    const refusal = new ForkRefused(
      `forking failed twice, at last with: ${error.message.replace(/\.$/, '')}`,
    );
    templates.refuse(kind, refusal);
    throw refusal;
  }
}
