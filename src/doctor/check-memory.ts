import { totalmem } from 'node:os';
import type { Settings } from '../config/settings.js';
import type { Check } from '../reporting/check.js';
import { formatBytes } from '../reporting/format-bytes.js';
import { defaultMemoryLimit } from '../runner/memory/default-memory-limit.js';

/** What a task may take. */
export async function checkMemory(settings: Settings): Promise<Check> {
  const given = settings.MODELOPS_MEM_LIMIT_BYTES;
  const limit = given ?? (await defaultMemoryLimit(1));
  const from =
    given === undefined ? "from the container's or the machine's memory" : 'MODELOPS_MEM_LIMIT_BYTES';
  return {
    name: 'Memory',
    state: 'ok',
    found: `a task may take ${formatBytes(limit)} (${from}); the machine has ${formatBytes(totalmem())}`,
  };
}
