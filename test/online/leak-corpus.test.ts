import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pLimit from 'p-limit';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.js';
import { diagnoseFolder } from '../integration/diagnosis/diagnose-fixture.js';
import {
  buildLeak,
  isCulprit,
  type LeakAnswer,
  readLeakAnswers,
} from '../integration/diagnosis/leak-corpus.js';
import { python } from '../integration/runner/run-fixture.js';

const scratch = await mkdtemp(join(tmpdir(), 'leak-corpus-'));
after(() => rm(scratch, { recursive: true, force: true }));

interface Row {
  answer: LeakAnswer;
  lacking?: string;
  found?: boolean;
  named?: boolean;
  proved?: boolean;
  accused?: boolean;
  seconds?: number;
  says?: string;
}

/** Not online, but a minute or two: too long for `npm test`. */
test('of the corpus the leaks are found, named and proved, and what is clean is not accused', {
  skip: process.platform !== 'linux' && 'it needs /proc',
}, async (context) => {
  const limit = pLimit(2);
  const answers = await readLeakAnswers();
  const rows = await Promise.all(answers.map((answer) => limit(() => rowOf(answer))));
  const ran = rows.filter(({ lacking }) => lacking === undefined);
  const leaking = ran.filter(({ answer }) => !answer.clean);
  const clean = ran.filter(({ answer }) => answer.clean);
  const native = leaking.filter(({ answer }) => ['C', 'C++', 'Fortran'].includes(answer.language));
  const share = (some: Row[], what: 'found' | 'named' | 'proved') =>
    some.filter((row) => row[what]).length / Math.max(1, some.length);
  const mark = (value: boolean | undefined) => (value === undefined ? '' : value ? 'yes' : 'NO');
  for (const row of rows)
    context.diagnostic(
      `${row.answer.name.padEnd(34)} ${row.lacking ? `skipped: ${row.lacking}` : `${row.answer.language.padEnd(8)} found ${mark(row.found).padEnd(4)} named ${mark(row.named).padEnd(4)} proved ${mark(row.proved).padEnd(4)} accused ${mark(row.accused).padEnd(4)} ${row.seconds?.toFixed(1)} s ${row.says ?? ''}`}`,
    );
  const percent = (value: number) => `${(100 * value).toFixed(0)} %`;
  context.diagnostic(
    `${leaking.length} leaking: found ${percent(share(leaking, 'found'))}, named ${percent(share(leaking, 'named'))}, proved ${percent(share(leaking, 'proved'))}; of ${native.length} in C, C++ and Fortran named ${percent(share(native, 'named'))}, proved ${percent(share(native, 'proved'))}; of ${clean.length} clean ${clean.filter(({ accused }) => accused).length} accused; ${rows.length - ran.length} skipped`,
  );
  assert.ok(share(leaking, 'found') >= 0.95);
  assert.ok(share(native, 'named') >= 0.85);
  assert.ok(share(leaking, 'proved') >= 0.7);
  assert.deepEqual(
    clean.filter(({ accused }) => accused).map(({ answer }) => answer.name),
    [],
  );
});

async function rowOf(answer: LeakAnswer): Promise<Row> {
  const folder = join(scratch, answer.name);
  const lacking = await buildLeak(answer.name, folder, python);
  if (lacking !== undefined) return { answer, lacking };
  const found = await diagnoseFolder(folder, ['{"x": 1}', '{"x": 2}'], {
    seeds: [1, 2],
    scratch: join(scratch, `${answer.name}-scratch`),
    env: { MODELOPS_ENVIRONMENTS: 'installed' },
    atOnce: 1,
  }).catch((error: unknown) => String(error));
  if (typeof found === 'string') return { answer, found: false, says: found };
  const { verdict, leak, seconds } = found;
  if (answer.clean) return { answer, accused: verdict !== 'clean', seconds, ...said(found) };
  const right = leak?.culprits.filter((culprit) => isCulprit(answer, culprit)) ?? [];
  return {
    answer,
    found: verdict === 'leak',
    named: right.length > 0,
    proved: right.some((culprit) => culprit.verdict === 'cause'),
    seconds,
    ...said(found),
  };
}

function said({ leak, verdict, not_reproducible: unsure }: Diagnosis): { says?: string } {
  if (leak?.unproved) return { says: leak.unproved };
  return verdict === 'not-reproducible' ? { says: JSON.stringify(unsure[0]).slice(0, 200) } : {};
}
