import { join } from 'node:path';
import { stringify } from 'lossless-json';
import { baselineVariables } from '../../contracts/environment/baseline-variables.js';
import { threadCaps } from '../../contracts/environment/thread-caps.js';
import { hashSeedInForce } from '../hash-seed-in-force.js';
import { workerMark } from '../identity/worker-mark.js';
import type { WarmedRequest } from '../warm-up/warm-up.js';

const inherited = /^(PATH|TZ|LANG|LANGUAGE|LC_[A-Z]+)$/;
/** A copy: each look into the environment itself asks the operating system. */
const ours = { ...process.env };

/**
 * The whole environment of a task's process, by an allow-list: no connection string, no identity endpoint and no token
 * of the worker reaches simulation code. Over what is the app's come the interpreter's, the limits of threads and
 * instruction sets, the private folders, the bundle's own `env` and last the task's; no name of theirs is the worker's mark.
 *
 * @param folder holds `home` and `tmp`
 * @param user as which it runs, if not as the app's
 */
export function taskEnvironment(
  request: Pick<
    WarmedRequest,
    'task' | 'bundle' | 'environment' | 'threads' | 'cpuBaseline' | 'numpyFeatures'
  >,
  folder: string,
  context: { passed: Record<string, string>; folder: { name: string } },
  user?: number,
  from: NodeJS.ProcessEnv = ours,
): Record<string, string> {
  const { task, bundle, environment, threads, cpuBaseline = 'native', numpyFeatures } = request;
  const [home, tmp] = [join(folder, 'home'), join(folder, 'tmp')];
  const env: Record<string, string> = { LANG: 'C.UTF-8' };
  for (const [name, value] of Object.entries(from)) {
    if (value !== undefined && inherited.test(name)) env[name] = value;
  }
  return {
    ...env,
    ...context.passed,
    ...environment.variables,
    ...threadCaps(threads),
    ...baselineVariables(cpuBaseline, numpyFeatures),
    HOME: home,
    TMPDIR: tmp,
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    XDG_RUNTIME_DIR: tmp,
    // It would be in TMPDIR, which no warm-up leaves anything of.
    TORCHINDUCTOR_CACHE_DIR: join(home, '.cache', 'torchinductor'),
    PYTHONNOUSERSITE: '1',
    // The system need not know the user, and libraries ask for its name.
    ...(user !== undefined && { USER: 'simulation', LOGNAME: 'simulation' }),
    ...(task.config ? { MODELOPS_TASK_CONFIG: stringify(task.config) ?? '{}' } : {}),
    ...bundle.metadata.env,
    ...task.env,
    PYTHONHASHSEED: String(hashSeedInForce({ task, bundle })),
    [workerMark]: context.folder.name,
  };
}
