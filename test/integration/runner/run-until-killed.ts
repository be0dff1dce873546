import { createExecutor } from '../../../src/runner/create-executor.js';
import { python, requestFor } from './run-fixture.js';

/** A worker for tests that kill it: runs a simulation that leaves a grandchild and stays. */
const [scratchRoot = '', report = ''] = process.argv.slice(2);
const executor = createExecutor({
  python,
  scratchRoot,
  warm: { maxReuse: 1, ttlMs: 1000, maxProcesses: 1 },
});
await executor.run(
  await requestFor('spawns_grandchild', { params: JSON.stringify({ report, stay: true }) }),
  new AbortController().signal,
);
