import { poolMethod } from './pool-method.js';

export const multiprocessingPool = poolMethod({
  name: 'multiprocessing_pool',
  isolates: true,
  about:
    "multiprocessing.Pool(maxtasksperchild=1), the platform's start method (fork on Linux before Python 3.14), imports in the child; timed from its apply_async()",
});
