import { z } from 'zod';
import { findCoreTools } from '../local-host/find-core-tools.js';
import type { Logger } from '../local-host/logger.js';
import type { RunningHost } from '../local-host/running-host.js';
import { startCoreTools } from '../local-host/start-core-tools.js';
import { startLocalHost } from '../local-host/start-local-host.js';

/** A host whose app is healthy. */
export interface HealthyHost extends RunningHost {
  /** Address of the app's health in detail, with the key that it takes. */
  healthUrl: string;
}

const Health = z.object({ status: z.string(), problems: z.array(z.string()) });
const details = '/api/health/details';

/**
 * Starts the app on the embedded host, or on Core Tools, and asks whether it is well.
 *
 * @throws Error with the app's own reasons when it is not; nothing is left running then.
 */
export async function startHost(
  request: { func: boolean; env: NodeJS.ProcessEnv; logger: Logger },
  signal: AbortSignal,
): Promise<HealthyHost> {
  const host = request.func
    ? await startOnCoreTools(request.env, request.logger, signal)
    : await startEmbedded(request.env, request.logger);
  try {
    const answer = await fetch(host.healthUrl, { signal });
    const health = Health.parse(await answer.json());
    if (health.status === 'healthy') return host;
    throw new Error(
      `Cannot start the app: it says that it is ${health.status}.\n${health.problems.join('\n')}`,
    );
  } catch (error) {
    await host.stop();
    throw error;
  }
}

/** @throws Error when Core Tools are asked for and missing: better said before anything is started. */
export async function checkHost({ func }: { func: boolean }, env: NodeJS.ProcessEnv): Promise<void> {
  if (func) await findCoreTools(env);
}

async function startEmbedded(env: NodeJS.ProcessEnv, logger: Logger): Promise<HealthyHost> {
  // A person who ends it does not want to wait for tasks: they go back to the queue.
  const { url, keys, stop, exited } = await startLocalHost({ env, logger, timing: { drainMs: 1_000 } });
  return { url, stop, exited, healthUrl: `${url}${details}?code=${keys.function}` };
}

/** Core Tools ask for no key on this machine. */
async function startOnCoreTools(
  env: NodeJS.ProcessEnv,
  logger: Logger,
  signal: AbortSignal,
): Promise<HealthyHost> {
  const host = await startCoreTools({ answersAt: '/api/health', env, logger, signal });
  return { ...host, healthUrl: `${host.url}${details}` };
}
