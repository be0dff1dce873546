import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JobState, jobState } from '../../../src/jobs/reading/job-state.js';

const cases: [string, Parameters<typeof jobState>[0], JobState][] = [
  ['nothing has ended', { total: 4, ended: 0, succeeded: 0, begun: 0 }, 'pending'],
  ['an attempt was begun', { total: 4, ended: 0, succeeded: 0, begun: 1 }, 'running'],
  ['some have ended', { total: 4, ended: 3, succeeded: 3, begun: 0 }, 'running'],
  ['all succeeded', { total: 4, ended: 4, succeeded: 4, begun: 2 }, 'succeeded'],
  ['some failed', { total: 4, ended: 4, succeeded: 1, begun: 0 }, 'partial'],
  ['all failed', { total: 4, ended: 4, succeeded: 0, begun: 0 }, 'failed'],
  ['nobody knows the total', { total: undefined, ended: 2, succeeded: 2, begun: 0 }, 'succeeded'],
];

for (const [when, counts, state] of cases) {
  test(`a run is ${state} when ${when}`, () => assert.equal(jobState(counts), state));
}
