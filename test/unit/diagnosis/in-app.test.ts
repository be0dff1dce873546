import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseJson } from '../../../src/contracts/json/parse-json.js';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import type { DiagnosisRecord } from '../../../src/contracts/message/diagnosis-record.js';
import {
  answerDiagnosisRequest,
  type DiagnosingWorker,
} from '../../../src/diagnosis/in-app/answer-diagnosis-request.js';
import { readDiagnosis } from '../../../src/diagnosis/in-app/read-diagnosis.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { madeDiagnosis } from '../../fixtures/diagnosis/made-diagnosis.js';
import { fakeTask } from './fake-laboratory.js';

/** A worker whose bundle never comes: it waits for the end. */
function stand({ invocationMs = 3_600_000, isGivenUp = false, timeout_seconds = 1 } = {}) {
  const recorded: DiagnosisRecord[] = [];
  const going = new AbortController();
  let asked: () => void = () => undefined;
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const worker = {
    simulation: {
      bundles: {
        async ensureLocal(_: string, signal: AbortSignal) {
          asked();
          if (!signal.aborted) await once(signal, 'abort');
          throw signal.reason;
        },
      },
      invocationMs,
      timeoutMs: 60_000,
      memoryLimitBytes: 2 ** 30,
      threads: 1,
      now: () => new Date(0),
    },
  } as unknown as DiagnosingWorker;
  const records = {
    tasks: async () => [{ ...fakeTask(1), timeout_seconds }],
    tell: async () => undefined,
    isGivenUp: async () => isGivenUp,
    record: async (record: DiagnosisRecord) => void recorded.push(record),
  };
  const answer = () =>
    answerDiagnosisRequest(worker, records, { bundle_ref: 'sha256:a', request: 'r' }, 1, going.signal, 10);
  return { answer, recorded, going, isAsked };
}

for (const [title, settings, reason] of [
  [
    'does not end within functionTimeout',
    { invocationMs: 60 },
    /not ended within its functionTimeout \(0\.001 minutes\)/,
  ],
  ['nobody waits for', { isGivenUp: true }, /waits no more/],
  ['has a task that asks for more than the app gives', { timeout_seconds: 61 }, /timeout_seconds is 61/],
] as const)
  test(`a diagnosis that ${title} is given up, and it is written down why`, async () => {
    const { answer, recorded } = stand(settings);
    assert.match(await answer(), reason);
    assert.deepEqual(
      recorded.map(({ request, diagnosis }) => [request, diagnosis]),
      [['r', undefined]],
    );
    assert.match(recorded[0]?.reason ?? '', reason);
  });

test('one whose worker goes away is given back, without an answer', async () => {
  const { answer, recorded, going, isAsked } = stand();
  const answered = answer();
  await isAsked;
  going.abort(new Error('gone'));
  await assert.rejects(answered, /gone/);
  assert.deepEqual(recorded, []);
});

test('a diagnosis is read as the app has written it', () => {
  const made = madeDiagnosis();
  assert.deepEqual(readDiagnosis(parseJson(stringifyJson(made), 'It')), made);
});

test('a worker runs nothing of it before it is asked for', () => {
  const app = join(packageRoot, 'dist', 'app');
  const bundle = readdirSync(app).find((name) => /^register-\w+\.js$/.test(name)) ?? '';
  const text = readFileSync(join(app, bundle), 'utf8');
  // As esbuild writes a module that is run by whoever imports it, and such an import; one by `import()` has a `then`.
  const written = /^var (\w+) = __esm\(\{\n {2}(?:async )?"([^"]+)"\(\) \{\n([\s\S]*?)^ {2}\}\n\}\);$/gm;
  const modules = new Map<string, { file: string; body: string }>();
  for (const [, init = '', file = '', body = ''] of text.matchAll(written)) modules.set(init, { file, body });
  const imported = (of: string) =>
    [...of.matchAll(/^ *(?:await )?(init_\w+)\(\);$/gm)].map(([, init = '']) => init);
  const run = new Set<string>();
  const waiting = imported(text.replace(written, ''));
  for (let init = waiting.pop(); init !== undefined; init = waiting.pop()) {
    const { file, body } = modules.get(init) ?? { file: init, body: '' };
    if (run.has(file)) continue;
    run.add(file);
    waiting.push(...imported(body));
  }
  // What no import() leads to stands there as it is.
  const files = [...modules.values()].map(({ file }) => file);
  for (const [, file = ''] of text.matchAll(/^\/\/ (src\/\S+)$/gm)) if (!files.includes(file)) run.add(file);
  assert.ok(run.has('src/simulation/handle-delivery.ts'), 'what it runs is there');
  const ofDiagnosis = /^src\/(diagnosis|comparison|formats|local-run)\//;
  assert.ok(
    files.some((file) => ofDiagnosis.test(file)),
    'and what it is asked for',
  );
  assert.deepEqual(
    [...run].filter((file) => ofDiagnosis.test(file)),
    [],
  );
});
