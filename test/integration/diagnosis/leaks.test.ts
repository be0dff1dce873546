import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pLimit from 'p-limit';
import { buildLeak, isCulprit, type LeakAnswer, readLeakAnswers } from './leak-corpus.js';
import { type ReuseEvent, runReuse } from './run-reuse.js';

const python = 'python3';
const first = { params: { x: 1 }, seed: 1 };
const second = { params: { x: 2 }, seed: 2 };
const answers = await readLeakAnswers();
let scratch: string;
const built = new Map<string, Promise<string | undefined>>();
/** By language: how many leak, and of how many that is found, their cause named and proved; other changes that were taken for it. */
const table: Record<string, Record<'leaks' | 'found' | 'named' | 'proved' | 'falsely accused', number>> = {};

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'leaks-test-'));
  const limit = pLimit(2);
  for (const { name } of answers)
    built.set(
      name,
      limit(() => buildLeak(name, join(scratch, name), python)),
    );
});
after(async () => {
  await rm(scratch, { recursive: true, force: true });
  console.table(table);
});

const onLinux = { skip: process.platform === 'linux' ? false : 'the state of processes is read from /proc' };

describe('the corpus of leaks', { concurrency: 2, ...onLinux }, () => {
  for (const answer of answers)
    test(`${answer.name} ${answer.clean ? 'is clean' : 'is found, named and proved'}`, async (context) => {
      const lacking = await built.get(answer.name);
      if (lacking !== undefined) return context.skip(lacking);
      await examine(answer);
    });
});

async function examine(answer: LeakAnswer) {
  table[answer.language] ??= { leaks: 0, found: 0, named: 0, proved: 0, 'falsely accused': 0 };
  const counts = table[answer.language] as (typeof table)[string];
  const request = { folder: join(scratch, answer.name), python };
  const alone = await runReuse({ ...request, tasks: [second] });
  const reused = await runReuse({ ...request, tasks: [first, second], watch: true });
  const truth = told(alone.events[0]);
  assert.ok(truth, alone.stderr);
  assert.equal(reused.events.length, 2, reused.stderr);
  assert.deepEqual(reused.events[0]?.unseen, []);
  if (answer.clean) return assert.deepEqual(told(reused.events[1]), truth);
  counts.leaks++;
  assert.notDeepEqual(told(reused.events[1]), truth);
  counts.found++;
  const changes = reused.events[0]?.changes ?? [];
  const culprit = changes.find((change) => isCulprit(answer, change));
  assert.ok(culprit, JSON.stringify(changes, null, 1));
  counts.named++;
  for (const { key, restorable } of changes.slice(0, 6)) {
    if (!restorable) continue;
    const restore = [{ before: 1, from: 0, changes: [key] }];
    const { events, stderr } = await runReuse({ ...request, tasks: [first, second], restore });
    const mends: boolean = JSON.stringify(told(events[1])) === JSON.stringify(truth);
    if (mends !== (key === culprit.key)) {
      if (mends) counts['falsely accused']++;
      assert.fail(
        `${key} ${mends ? 'was taken for the cause' : `mends nothing: ${JSON.stringify(events[1])} ${stderr}`}`,
      );
    }
  }
  counts.proved++;
}

function told(event: ReuseEvent | undefined) {
  return event && { outcome: event.outcome.kind, outputs: event.outputs };
}
