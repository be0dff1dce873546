import { existsSync } from 'node:fs';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import { BuildFailed } from './build-failed.js';
import type { BuildOptions } from './build-options.js';
import { type BuildPlan, besides } from './build-plan.js';
import { readFailure, stillCounts, writeFailure } from './remembered-failure.js';

type Place = Pick<BuildPlan, 'folder'>;

/** @throws what a build in this place has failed for, while that counts */
export async function refuseAgain(plan: Place, by: string, { retry }: BuildOptions): Promise<void> {
  const { failure, log: path } = besides(plan);
  const log = existsSync(path) ? path : undefined;
  const last = await readFailure(failure);
  if (retry || last === undefined || !stillCounts(last, by, Date.now())) return;
  if (last.mayPass)
    throw new BuildFailed(
      `${last.reason}\nThat was ${new Date(last.at).toISOString()}; it is tried again soon.`,
      true,
      log,
    );
  throw new EnvironmentFailed(
    `${last.reason}\nThat was ${new Date(last.at).toISOString()}, and is not tried again for the same packages. To try it all the same, remove ${failure}.`,
    log === undefined ? {} : { log },
  );
}

/** Lets the next one who asks know. */
export async function rememberFailure(plan: Place, by: string, error: unknown): Promise<void> {
  const { failure } = besides(plan);
  if (!(error instanceof BuildFailed)) return;
  const { message: reason, mayPass } = error;
  const times = ((await readFailure(failure))?.times ?? 0) + 1;
  await writeFailure(failure, { reason, mayPass, times, at: Date.now(), by });
}
