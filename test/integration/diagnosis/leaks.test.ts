import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pLimit from 'p-limit';
import { buildLeak, isCulprit, readLeakAnswers } from './leak-corpus.js';
import { runReuse } from './run-reuse.js';

const python = 'python3';
const [first, second] = [1, 2].map((x) => ({ params: { x }, seed: x })) as [
  { params: { x: number }; seed: number },
  { params: { x: number }; seed: number },
];
const answers = await readLeakAnswers();
let scratch: string;
const built = new Map<string, Promise<string | undefined>>();

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'leaks-test-'));
  const limit = pLimit(2);
  for (const { name } of answers)
    built.set(
      name,
      limit(() => buildLeak(name, join(scratch, name), python)),
    );
});
after(() => rm(scratch, { recursive: true, force: true }));

for (const answer of answers) {
  const title = answer.clean ? 'changes no answer by what it keeps' : 'is found, named and put back';
  test(`${answer.name} ${title}`, {
    skip: process.platform !== 'linux' && 'it needs /proc',
  }, async (context) => {
    const lacking = await built.get(answer.name);
    if (lacking !== undefined) return context.skip(lacking);
    const folder = join(scratch, answer.name);
    const [alone, reused] = await Promise.all([
      runReuse({ folder, python, tasks: [second] }),
      runReuse({ folder, python, tasks: [first, second], watch: true }),
    ]);
    const truth = told(alone.events[0]);
    assert.ok(truth, alone.stderr);
    assert.equal(reused.events.length, 2, reused.stderr);
    assert.deepEqual(reused.events[0]?.unseen, []);
    if (answer.clean) return assert.deepEqual(told(reused.events[1]), truth);
    assert.notDeepEqual(told(reused.events[1]), truth);
    const changes = reused.events[0]?.changes ?? [];
    const culprit = changes.find((change) => isCulprit(answer, change));
    assert.ok(culprit, JSON.stringify(changes, null, 1));
    assert.ok(culprit.restorable);
    const restore = [{ before: 1, from: 0, changes: [culprit.key] }];
    const mended = await runReuse({ folder, python, tasks: [first, second], restore });
    assert.deepEqual(told(mended.events[1]), truth, `${JSON.stringify(mended.events[1])} ${mended.stderr}`);
  });
}

function told(event: Awaited<ReturnType<typeof runReuse>>['events'][number] | undefined) {
  return event && { outcome: event.outcome.kind, outputs: event.outputs };
}
