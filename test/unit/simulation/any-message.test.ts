import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAppRequest } from '../../../src/contracts/message/app-request.js';
import { parseExpandRequest } from '../../../src/contracts/message/expand-request.js';
import { formatMessage } from '../../../src/contracts/message/format-message.js';
import { parseMessage } from '../../../src/contracts/message/parse-message.js';
import type { TaskMessage } from '../../../src/contracts/message/task-message.js';
import { encodeArtifactName } from '../../../src/contracts/result/artifact-name.js';
import { setId } from '../../../src/contracts/task/set-id.js';
import * as jobPaths from '../../../src/jobs/job-paths.js';
import * as resultPaths from '../../../src/provenance/result-paths.js';
import { createTaskInvocation } from '../../../src/simulation/create-task-invocation.js';
import { readMessage } from '../../../src/simulation/read-message.js';
import type { SimulationContext } from '../../../src/simulation/simulation-context.js';
import { createStopwatch } from '../../../src/simulation/stopwatch.js';
import { holds } from '../../fixtures/inputs/holds.js';
import { hugeValues } from '../../fixtures/inputs/huge-values.js';
import { messageTexts } from '../../fixtures/inputs/message-texts.js';
import { mustBePlain } from '../../fixtures/inputs/must-be-plain.js';
import { mutated } from '../../fixtures/inputs/mutated.js';
import { nastyValues } from '../../fixtures/inputs/nasty-values.js';
import { unpolluted } from '../../fixtures/inputs/unpolluted.js';

const context = { defaultExecutor: 'cold', threads: 1, now: () => new Date(0) } as SimulationContext;

/** Whatever the body, each reader of a queue gives a typed answer; it says what is wrong, or the task is one whose names all stay where they belong. */
function isAnswered(body: Buffer): void {
  const read = parseMessage(body);
  if (read.ok && read.reference) isInside(read.reference.body_ref, 'bodies/');
  else if (read.ok) staysInItsPlace(read.message);
  else {
    mustBePlain(read.reason);
    assert.ok(read.field === '' || read.reason.startsWith(read.field));
  }
  // The other readers would say of most bodies only that they are not for them.
  if (body.includes('build') || body.includes('diagnose')) mayBeAppRequest(body);
  if (body.includes('expand')) mayBeExpandRequest(body);
  if ('polluted' in {}) assert.fail('it is in every object');
}

function mayBeAppRequest(body: Uint8Array): void {
  const asked = parseAppRequest(body);
  if (asked === undefined) return;
  if ('build' in asked) isInside(jobPaths.buildRecordPath(asked.build.request), 'builds/');
  else {
    const { job_id: jobId } = asked.diagnose;
    const within = jobId === undefined ? 'diagnoses/' : `jobs/${jobId}/diagnoses/`;
    for (const path of Object.values(jobPaths.diagnosisPaths(asked.diagnose))) isInside(path, within);
  }
}

function mayBeExpandRequest(body: Uint8Array): void {
  const expand = parseExpandRequest(body);
  if (!expand.ok) mustBePlain(expand.reason);
  else {
    const { job_id: jobId, run } = expand.request;
    isInside(jobPaths.expansionPath({ jobId, run }), jobPaths.expansionsPrefix);
  }
}

function staysInItsPlace(message: TaskMessage): void {
  // What is sent on is what came.
  assert.deepEqual(parseMessage(Buffer.from(formatMessage(message))), { ok: true, message });
  const { jobRun, taskId, attempt, resultKey } = createTaskInvocation(
    context,
    message,
    { messageId: 'm', body: new Uint8Array(), dequeueCount: 1, insertedAt: undefined },
    createStopwatch(),
  );
  assert.match(`${taskId} ${resultKey}`, /^[0-9a-f]{32} [0-9a-f]{32}$/);
  const folder = `jobs/${jobRun.jobId}/`;
  isInside(folder, 'jobs/');
  for (const path of [
    jobPaths.outcomePath(jobRun, taskId),
    jobPaths.logPath(jobRun, taskId, attempt),
    jobPaths.claimPath(jobRun, taskId),
    jobPaths.buildPath(jobRun, taskId, attempt, 'built'),
    `${jobPaths.failuresPrefix(jobRun, message.params.param_id)}${taskId}`,
    `${jobPaths.setPrefix(jobRun.jobId, setId(message))}${taskId}`,
  ])
    isInside(path, folder);
  isInside(jobPaths.cancellationPath(jobRun, 'failures'), jobPaths.cancellationsPrefix);
  isInside(jobPaths.followersPrefix(jobRun, taskId).replace(/\/$/, ''), jobPaths.followingPrefix);
  for (const name of message.outputs ?? []) {
    assert.equal(decodeURIComponent(encodeArtifactName(name)), name);
    isInside(
      resultPaths.artifactPath(resultKey, attempt, name),
      resultPaths.attemptPrefix(resultKey, attempt),
    );
  }
  for (const name of message.aggregate?.inputs ?? []) isInside(resultPaths.namedResultPath(name), 'sims/');
}

function isInside(path: string, prefix: string): void {
  assert.ok(path.startsWith(prefix) && path.length > prefix.length, `${path} is not below ${prefix}`);
  assert.match(path, /^[\w.%~-]+(?:\/[\w.%~-]+)*\/?$/);
  assert.ok(!path.split('/').some((segment) => /^\.+$/.test(segment)), `${path} leads elsewhere`);
  assert.ok(path.length <= 1_024, `${path.length} characters are no name of a blob`);
}

const utf8 = (text: string) => Buffer.from(text);
const changed = mutated(messageTexts);
const bytes = fc.uint8Array({ maxLength: 200 });
const encodings: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(utf8(text).toString('base64')),
  (text) => Buffer.from(utf8(text).toString('base64url')),
  (text) => Buffer.from(utf8(utf8(text).toString('base64')).toString('base64')),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.from(text, 'latin1'),
  (text) => utf8(`\ufeff${text}`),
  (text) => utf8(`b'${text}'`),
  (text) => utf8(JSON.stringify(text)),
  (text) => utf8(text.replaceAll('"', "'")),
  (text) => utf8(text.slice(0, text.length >> 1)),
  (text) => utf8(text.slice(0, -1)),
  (text) => utf8(`${text}${text}`),
];

test('the corpus in every encoding is answered', () => {
  for (const text of [...messageTexts, ...nastyValues, ...hugeValues])
    for (const encoded of [utf8, ...encodings]) isAnswered(encoded(text));
  unpolluted();
});

test('whatever a body holds that a message refers to, it is a task or is refused with a sentence', async () => {
  const body = Buffer.from(JSON.stringify({ body_ref: `bodies/${'0'.repeat(64)}` }));
  for (const text of [...messageTexts, ...nastyValues]) {
    const read = await readMessage(body, async () => Buffer.from(text));
    if (!read.ok) mustBePlain(read.reason);
  }
});

test('a valid message with one thing changed is a task or is refused with a sentence', () =>
  holds(changed, 25_000, (text) => isAnswered(utf8(text))));

test('a message in another encoding, cut off or doubled is a task or is refused with a sentence', () =>
  holds(fc.tuple(changed, fc.constantFrom(...encodings)), 20_000, ([text, encoded]) =>
    isAnswered(encoded(text)),
  ));

test('any JSON is refused with a sentence', () =>
  holds(fc.json({ maxDepth: 4 }), 15_000, (text) => isAnswered(utf8(text))));

test('any bytes are refused with a sentence', () =>
  holds(bytes, 25_000, (some) => {
    const body = Buffer.from(some);
    isAnswered(body);
    mayBeAppRequest(body);
    mayBeExpandRequest(body);
  }));

test('a valid message with bytes in it changed is a task or is refused with a sentence', () =>
  holds(fc.tuple(fc.constantFrom(...messageTexts), fc.nat(), bytes), 16_000, ([text, at, some]) => {
    const body = utf8(text);
    body.set(some.subarray(0, 3), at % (body.length - 3));
    return isAnswered(body);
  }));
