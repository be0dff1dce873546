import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import type { JobStorage } from '../../../src/jobs/job-storage.js';
import { readOutput } from '../../../src/results/tables/read-output.js';
import type { TaskRow } from '../../../src/results/tables/task-row.js';

test('an output that a result does not name is not found among what every object has', async () => {
  const row = { record: null, process: null } as TaskRow;
  for (const name of ['constructor', 'toString', 'infected'])
    await assert.rejects(
      readOutput({} as JobStorage, row, name, tmpdir(), AbortSignal.timeout(10_000)),
      /its result does not name it/,
    );
});
