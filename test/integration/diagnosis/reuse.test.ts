import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeArtifactName } from '../../../src/contracts/result/artifact-name.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { runReuse } from './run-reuse.js';

const simulation = (name: string) => join(packageRoot, 'test', 'fixtures', 'simulations', name);
const task = (seed: number, params: Record<string, unknown> = {}) => ({ params, seed });

test('tasks that share a process find what the earlier ones left', async () => {
  const { events } = await runReuse({
    folder: simulation('counts_calls'),
    tasks: [task(1), task(2), task(3)],
  });
  assert.deepEqual(
    events.map(({ outputs }) => outputs.calls),
    ['1', '2', '3'],
  );
});

test('what a task raises is its outcome, and the next one runs', async () => {
  const { events } = await runReuse({ folder: simulation('raises'), tasks: [task(1), task(2)] });
  assert.deepEqual(
    events.map(({ outcome }) => outcome.kind),
    ['raised', 'raised'],
  );
  assert.match(events[0]?.outcome.error?.traceback ?? '', /wire\.py/);
});

test('a crash leaves the events before it', async () => {
  const { events, exitCode } = await runReuse({ folder: simulation('segfaults'), tasks: [task(1)] });
  assert.deepEqual([events, exitCode], [[], undefined]);
});

test('outputs have their encoded names as file names', async () => {
  const { events } = await runReuse({ folder: simulation('odd_names'), tasks: [task(1)] });
  const names = ['a/b', '..', '.', 'nul\0', 'é世界', 'a b', '%2F', 'n'.repeat(200)];
  assert.deepEqual(
    events[0]?.outputs,
    Object.fromEntries(names.map((name) => [encodeArtifactName(name), name])),
  );
});

test('what a task returned beside what is no result is kept, and so is how it declares its failure', async () => {
  const { events } = await runReuse({
    folder: simulation('returns_with_a_fault'),
    tasks: [task(1, { return: 'names' }), task(1, { return: 'declared' })],
  });
  assert.deepEqual(events[0]?.outputs, { good: 'kept' });
  assert.deepEqual(
    events.map(({ outcome }) => outcome.error?.type),
    ['InvalidResult', 'Error'],
  );
  assert.equal(events[1]?.outcome.error?.message, 'no registry');
});
