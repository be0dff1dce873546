import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobFolder } from '../../../src/results/fetch/job-folder.js';
import { taskFolder } from '../../../src/results/fetch/task-folder.js';

test('the folders of a job and of a task are named for them', () => {
  assert.equal(jobFolder('results', 'job-1.a'), 'results/job-1.a');
  assert.equal(taskFolder('results/job', '0a'.repeat(16)), `results/job/${'0a'.repeat(16)}`);
});

test('names that could lead out of the folder are refused', () => {
  for (const name of ['', '.', '..', '../up', 'a/b', '/tmp', 'a\0', '..\\up']) {
    assert.throws(() => jobFolder('results', name), /^Error: Cannot fetch the job "/, JSON.stringify(name));
    assert.throws(() => taskFolder('results', name), /^Error: Cannot fetch the task "/, JSON.stringify(name));
  }
});
