import type { Check } from '../../reporting/check.js';
import { describeError } from '../../reporting/describe-error.js';
import { runSmoke, type SmokeReport } from '../smoke/run-smoke.js';
import { storageEnvironment } from '../storage-environment.js';
import type { CheckContext } from './check-context.js';

/** Lets the app run simulations, and looks at the proof of how they ran: nothing that the app says of itself counts here. */
export async function checkByRunning(
  { deployed, patience }: CheckContext,
  env: NodeJS.ProcessEnv,
  requirements: string | undefined,
): Promise<Check[]> {
  try {
    const smoke = await runSmoke(storageEnvironment(deployed, env), requirements, patience);
    return [proof(smoke, deployed.asked.executor)];
  } catch (error) {
    patience.signal.throwIfAborted();
    return [{ name: 'Simulations', state: 'missing', found: describeError(error) }];
  }
}

function proof({ executors, processes, pythons, leaks, job_id: jobId }: SmokeReport, asked: string): Check {
  const name = 'Simulations';
  const under = executors.join(' and ') || 'nothing that said how';
  if (under !== asked)
    return {
      name,
      state: 'missing',
      found: `they ran ${under}, and ${asked} was asked, as their processes have attested (job ${jobId})`,
    };
  if (asked === 'cold' && leaks.length > 0)
    return {
      name,
      state: 'missing',
      found: `they did not run in processes of their own: ${leaks.join(' ')}`,
    };
  return {
    name,
    state: 'ok',
    found: `2 ran ${under}, in ${processes} processes, Python ${pythons.join(' and ')} (job ${jobId})`,
  };
}
