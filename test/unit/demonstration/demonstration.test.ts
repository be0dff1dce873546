import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareAnswers } from '../../../src/demonstration/compare-answers.js';
import { mustBeIsolated } from '../../../src/demonstration/must-be-isolated.js';
import { mustBeTheSame } from '../../../src/demonstration/must-be-the-same.js';
import { mustHaveLeaked } from '../../../src/demonstration/must-have-leaked.js';
import type { Answer } from '../../../src/demonstration/read-answers.js';
import type { GridRun } from '../../../src/demonstration/run-grid.js';
import { verifyAttestations } from '../../../src/jobs/reading/verify-attestations.js';

describe('a demonstration that shows something else than it promises', () => {
  const compare = (cold: GridRun, warm: GridRun) =>
    mustHaveLeaked(cold, warm, compareAnswers(cold.answers, warm.answers));

  test('fails when a process ran two tasks that were to be cold', () => {
    const answers = [answer(1, { process: '10 5' }), answer(2, { process: '10 5' })];
    assert.throws(() => mustBeIsolated(gridRun(answers)), /2 tasks ran in 1 processes/);
  });

  test('fails when a task that ran again answers other bytes, did not run, or only its result came back', () => {
    const cold = gridRun([answer(1), answer(2)]);
    const again = (fields: Partial<Answer>) => () =>
      mustBeTheSame(cold, gridRun([answer(1, { process: '99 5', ...fields })]));
    assert.doesNotThrow(again({}));
    assert.throws(
      again({ outputs: { summary: 'other' } }),
      /task-1 answered otherwise when it ran again \(summary\)/,
    );
    assert.throws(again({ outputs: {} }), /answered otherwise/);
    assert.throws(again({ process: '11 5' }), /process 11 answered it both times/);
    assert.throws(again({ taskId: 'task-3' }), /none of the tasks ran again/);
  });

  test('fails when the reused process is right everywhere, wrong too early, or is not one process', () => {
    const cold = Array.from({ length: 5 }, (_, index) => answer(index));
    const warm = (wrong: number[]) =>
      cold.map((one, index) => ({
        ...one,
        process: 'the only one',
        ordinal: index + 1,
        outputs: wrong.includes(index) ? { summary: 'other' } : one.outputs,
      }));
    const show = (answers: Answer[]) => () => compare(gridRun(cold), gridRun(answers, 3));
    assert.doesNotThrow(show(warm([3, 4])));
    assert.throws(show(warm([])), /gave 5 of 5 parameter sets as fresh processes did/);
    assert.throws(show(warm([2, 3, 4])), /gave 2 of 5/);
    assert.throws(show(warm([3])), /gave 4 of 5/);
    assert.throws(show(warm([3, 4]).map((one, i) => ({ ...one, process: `${i}` }))), /5 reused processes/);
    assert.throws(show(warm([3, 4]).map((one, i) => ({ ...one, bundleRef: `${i}` }))), /6 binaries/);
    assert.throws(() => compare(gridRun(cold), gridRun(warm([3, 4]), 0)), /found 0 violations/);
  });
});

function answer(index: number, fields: Partial<Answer> = {}): Answer {
  return {
    taskId: `task-${index}`,
    paramId: `set-${index}`,
    parameters: `beta=${index}`,
    seed: 1n,
    bundleRef: 'sha256:00',
    outcome: 'succeeded',
    reason: '',
    pid: 10 + index,
    process: `${10 + index} 5`,
    ordinal: 1,
    overheadMs: 1,
    attackRate: 0.5,
    outputs: { summary: `answer ${index}` },
    ...fields,
  };
}

function gridRun(answers: Answer[], leaks = 0): GridRun {
  const leak = { why: 'process-shared' as const, task_ids: [], message: '' };
  return {
    jobId: 'job',
    answers,
    report: 'results/demo/report.html',
    verified: {
      ...verifyAttestations([]),
      leaks: Array.from({ length: leaks }, () => leak),
      job_id: 'job',
      run: 'run',
      unfinished: 0,
    },
    fetched: {
      ...{
        job_id: 'job',
        run: 'run',
        folder: '',
        index: { csv: '', json: '' },
        notes: [],
        problems: [],
        job: null,
        losses: null,
        failures: [],
      },
      ...{ tasks: 0, succeeded: 0, failed: 0, pending: 0, artifacts: { fetched: 0, present: 0 } },
    },
  };
}
