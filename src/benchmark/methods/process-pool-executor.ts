import { poolMethod } from './pool-method.js';

export const processPoolExecutor = poolMethod({
  name: 'process_pool_executor',
  isolates: true,
  about:
    'concurrent.futures.ProcessPoolExecutor(max_tasks_per_child=1), start method spawn; timed from its submit()',
  unsuited({ environment: { version } }) {
    const [, minor = 0] = version.split('.').map(Number);
    return minor < 11 ? `it takes Python 3.11, this is ${version}.` : undefined;
  },
});
