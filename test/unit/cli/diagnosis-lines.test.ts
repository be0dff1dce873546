import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnosisLines } from '../../../src/cli/terminal/diagnosis-lines.js';
import type { Cell, Diagnosis } from '../../../src/diagnosis/diagnosis.js';
import { diagnosisPage } from '../../../src/diagnosis/page/diagnosis-page.js';

const task = { params: {}, seed: 1n, param_id: '' };

function diagnosis(cells: Cell[], more: Partial<Diagnosis> = {}): Diagnosis {
  const sequence = cells.map((_, index) => index);
  return {
    ...{ bundle_ref: '', entrypoint: 'a/b', tasks: cells.map(() => task), verdict: 'clean' },
    ...{ not_reproducible: [], left_out: [], orders: [{ name: 'in order', sequence, cells }] },
    ...{ shuffle_seed: 1, differences: [], plots: [], seconds: 1, ...more },
  };
}

const orderLine = (cells: Cell[]) =>
  diagnosisLines(diagnosis(cells), { page: 'page' }).find((line) => line.startsWith('Reused'));

test('an order is as cold only where every task of it was seen to be', () => {
  assert.equal(orderLine(['same', 'same']), 'Reused, in order: 2 tasks, all as cold.');
  assert.equal(
    orderLine(['same', 'not-reproducible', 'unseen', 'unseen']),
    'Reused, in order: 4 tasks, 1 as cold, 1 not reproducible, 2 not reached, as the process had ended.',
  );
});

test('how many tasks were left out is said, on the page as well', () => {
  const found = diagnosis(['same', 'same', 'same'], { left_out: [{ task: 2, why: 'crashed: gone' }] });
  const lines = diagnosisLines(found, { page: 'page' });
  assert.equal(lines[0], 'Cold: 2 of 3 tasks return the same bytes twice, 1 left out.');
  assert.ok(lines.includes('Clean: of 3 tasks, 1 left out, none comes out otherwise after others.'));
  assert.match(diagnosisPage(found), /of 3 tasks, 1 left out/);
});
