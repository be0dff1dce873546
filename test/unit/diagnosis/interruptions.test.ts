import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCulprits } from '../../../src/diagnosis/find-culprits.js';
import { findShortest, type Shortest } from '../../../src/diagnosis/find-shortest.js';
import { findTrigger } from '../../../src/diagnosis/find-trigger.js';
import type { Laboratory } from '../../../src/diagnosis/laboratory.js';
import { fakeChanges, fakeLaboratory, fakeTask, right, wrong } from './fake-laboratory.js';

const tasks = [1, 2, 3, 4].map(fakeTask);
const [first, , , victim] = tasks as [(typeof tasks)[number], unknown, unknown, (typeof tasks)[number]];
const shortest: Shortest = {
  ...{ before: [first], victim, right, wrong: 3, times: 3, difference: { outputs: [] } },
};
const changes = fakeChanges(Array.from({ length: 30 }, (_, index) => `python:m.k${index}`));
const steps: Record<string, (laboratory: Laboratory) => Promise<unknown>> = {
  'the shortest proof': (laboratory) => findShortest(laboratory, [{ sequence: [0, 1, 2, 3], position: 3 }]),
  'the trigger': (laboratory) => findTrigger(laboratory, shortest, 3),
  'the culprits': (laboratory) =>
    findCulprits(laboratory, shortest, { done: () => undefined, note: () => undefined }),
};

for (const [step, look] of Object.entries(steps))
  test(`${step} ends with the interruption whenever it comes, and concludes nothing from what it cut off`, async () => {
    for (let at = 0; ; at++) {
      const interruption = new AbortController();
      const reason = new Error('Interrupted.');
      let runs = 0;
      const laboratory = fakeLaboratory(
        tasks,
        (sequence, { watch, restore = [] }) => {
          if (runs++ === at) interruption.abort(reason);
          if (watch) return { answer: wrong, changes: [changes, []] };
          const isMended = restore.some(({ changes: keys }) => keys.includes('python:m.k17'));
          return sequence.includes(first) && !isMended ? wrong : right;
        },
        interruption.signal,
      );
      const ended = await look(laboratory).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!interruption.signal.aborted) return assert.ok(at > 2, 'there are several moments');
      assert.equal(ended, reason, `interrupted in run ${at}`);
      assert.equal(runs, at + 1, 'nothing is begun any more');
    }
  });
