import { join } from 'node:path';
import { stringify } from 'lossless-json';
import type { SimTask } from '../../contracts/task/sim-task.js';
import { workerMark } from '../identity/worker-mark.js';

const inherited = /^(PATH|TZ|LANG|LANGUAGE|LC_[A-Z]+)$/;

const threadCaps = [
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'NUMEXPR_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS',
];

/**
 * The whole environment of a task's process, by an allow-list: no connection string, no identity endpoint and no token
 * of the worker reaches simulation code. The task's own `env` has the last word, except on the worker's mark.
 *
 * @param folder holds `home` and `tmp`
 */
export function taskEnvironment(
  task: SimTask,
  folder: string,
  threads: number,
  worker: string,
  from: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const [home, tmp] = [join(folder, 'home'), join(folder, 'tmp')];
  const env: Record<string, string> = { LANG: 'C.UTF-8' };
  for (const [name, value] of Object.entries(from)) {
    if (value !== undefined && inherited.test(name)) env[name] = value;
  }
  for (const name of threadCaps) env[name] = String(threads);
  return {
    ...env,
    HOME: home,
    TMPDIR: tmp,
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    XDG_RUNTIME_DIR: tmp,
    PYTHONNOUSERSITE: '1',
    ...(task.config ? { MODELOPS_TASK_CONFIG: stringify(task.config) ?? '{}' } : {}),
    ...task.env,
    [workerMark]: worker,
  };
}
