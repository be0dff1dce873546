import type { Method } from '../method.js';
import { floor } from './floor.js';
import { forkserver } from './forkserver.js';
import { isolatedWarm } from './isolated-warm.js';
import { multiprocessingPool } from './multiprocessing-pool.js';
import { processPoolExecutor } from './process-pool-executor.js';
import { seed } from './seed.js';
import { spawn } from './spawn.js';
import { standby } from './standby.js';

/** In the order of the table. */
export const allMethods: Method[] = [
  seed,
  spawn,
  standby,
  forkserver,
  isolatedWarm,
  processPoolExecutor,
  multiprocessingPool,
  floor,
];
