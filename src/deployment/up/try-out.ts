import { awaitHealth } from '../await-health.js';
import type { Deployed } from '../deployed.js';
import { runSmoke, type SmokeReport } from '../smoke/run-smoke.js';
import { storageEnvironment } from '../storage-environment.js';
import { awaitScaler } from './await-scaler.js';
import type { Work } from './work.js';

/** Waits until the app runs, and lets it run simulations, unless that is not wanted. */
export async function tryOut(
  { options, az, reporter, patience, steps }: Work,
  deployed: Deployed,
  env: NodeJS.ProcessEnv,
): Promise<SmokeReport | undefined> {
  await steps.during('waiting for the app', 'The app starts by itself.', () =>
    awaitHealth(deployed.healthUrl, patience),
  );
  reporter.done(`Health: ${deployed.healthUrl} says healthy.`);
  const hasScaler = await steps.during('waiting for the scaler', '', () =>
    awaitScaler(az, deployed, patience),
  );
  if (hasScaler) reporter.done('Scaler: it is there.');
  if (!options.smoke) return undefined;
  return steps.during('trying it out with a simulation', 'Its tasks stay in the queue.', async () => {
    reporter.note('Running two small simulations through the queue …');
    const smoke = await runSmoke(storageEnvironment(deployed, env), options.requirements, patience);
    const under = smoke.executors.join(' and ');
    if (under !== deployed.asked.executor || (under === 'cold' && smoke.leaks.length > 0))
      throw new Error(
        `the app was asked to run ${deployed.asked.executor}, and its tasks ran ${under}. ${smoke.leaks.join(' ')} \`mops-cold deploy check\` looks for the cause.`,
      );
    reporter.done(
      `Simulations: 2 ran ${under}, in ${smoke.processes} processes, Python ${smoke.pythons.join(' and ')} (job ${smoke.job_id}).`,
    );
    return smoke;
  });
}
