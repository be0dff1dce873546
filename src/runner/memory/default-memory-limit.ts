import { containerMemory } from './container-memory.js';

const share = 0.8;

/**
 * Bytes of memory that a task may take when nobody says otherwise: 80 % of what the container has (the machine, when it
 * is not limited), divided by the tasks that run at once.
 */
export async function defaultMemoryLimit(concurrentTasks: number): Promise<number> {
  return Math.floor((share * (await containerMemory())) / concurrentTasks);
}
