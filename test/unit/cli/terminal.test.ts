import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { createProgress } from '../../../src/cli/terminal/create-progress.js';
import { formatTable } from '../../../src/cli/terminal/format-table.js';
import { progressLine } from '../../../src/cli/terminal/progress-line.js';

test('a progress line says how many, how fast, how many failed and what is left', () => {
  assert.equal(
    progressLine({ done: 40, total: 80, failed: 2, perSecond: 12.34 }, 10),
    '█████░░░░░ 40/80 · 12/s · 2 failed · 3.2 s left',
  );
  assert.equal(progressLine({ done: 3, total: undefined, failed: 0, perSecond: 0 }, 10), '3 done');
});

test('without a terminal, lines come when something changed and seconds apart', () => {
  const { text, stream } = sink();
  let now = 0;
  const progress = createProgress(stream, 'job', () => now);
  for (let done = 0; done <= 100; done++) {
    progress.update({ done: Math.min(done, 50), total: 50 });
    now += 100;
  }
  progress.end();
  const lines = text().trimEnd().split('\n');
  assert.ok(lines.length >= 3 && lines.length <= 5, text());
  assert.match(lines[0] ?? '', /^job 0\/50/);
  assert.match(lines.at(-1) ?? '', /^job 50\/50/);
});

test('on a terminal the bar is redrawn in place and fits the width', () => {
  const { text, stream } = sink();
  const terminal = Object.assign(stream, { isTTY: true, columns: 40 });
  let now = 0;
  const progress = createProgress(terminal, 'a-long-name-of-a-job', () => now);
  progress.update({ done: 1, total: 4 });
  now = 1000;
  progress.update({ done: 2, total: 4 });
  progress.end();
  assert.ok(text().startsWith('\r\u001b[2K'));
  assert.ok(
    text()
      .split('\r\u001b[2K')
      .every((line) => line.trimEnd().length < 40),
  );
  assert.ok(text().endsWith('\n'));
});

test('a table aligns its columns', () => {
  assert.equal(
    formatTable(
      ['task', 'n'],
      [
        ['a', '10'],
        ['bcdef', '9'],
      ],
    ),
    'task    n\n─────  ──\na      10\nbcdef   9',
  );
});

function sink() {
  let written = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  return { stream, text: () => written };
}
