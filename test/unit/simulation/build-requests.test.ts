import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuildRecord } from '../../../src/contracts/message/build-record.js';
import type { DiagnosisRequest } from '../../../src/contracts/message/diagnosis-request.js';
import { parseMessage } from '../../../src/contracts/message/parse-message.js';
import { BundleUnavailable } from '../../../src/simulation/bundle-unavailable.js';
import { handleAppRequest } from '../../../src/simulation/handle-app-request.js';
import type { BuildContext } from '../../../src/simulation/handle-build-request.js';
import { bareBundle } from '../../fixtures/bundles/bare-bundle.js';

const ref = `sha256:${'a'.repeat(64)}`;
const kept = {
  id: 'b'.repeat(32),
  python: { version: '3.11.7', platform: 'linux-x86_64' },
  digest: ref,
  size: 12,
};
const body = (build: object) => ({ body: Buffer.from(JSON.stringify({ build })) });
const never = new AbortController().signal;
const handleBuildRequest = (
  builds: BuildContext,
  message: { body: Buffer },
  signal: AbortSignal,
  diagnose: (request: DiagnosisRequest) => Promise<string> = () => assert.fail('it asks for no diagnosis'),
) => handleAppRequest({ builds, diagnose }, message, signal);

function context(changed: Partial<BuildContext> = {}) {
  const records: BuildRecord[] = [];
  let released = 0;
  const whole: BuildContext = {
    bundles: {
      ensureLocal: async (digest) => ({
        ...bareBundle('/nowhere', { digest }),
        release: async () => void released++,
      }),
    },
    environments: { keep: async () => kept },
    record: async (record) => void records.push(record),
    now: () => new Date(0),
    ...changed,
  };
  return { whole, records, released: () => released };
}

test('what came of a request to build is written down under its name', async () => {
  const asked: unknown[] = [];
  const { whole, records, released } = context({
    environments: {
      keep: async ({ digest }, options) => {
        asked.push([digest, options]);
        return kept;
      },
    },
  });
  assert.match(
    (await handleBuildRequest(whole, body({ bundle_ref: ref, request: 'r' }), never)) ?? '',
    /is stored/,
  );
  await handleBuildRequest(whole, body({ bundle_ref: ref, request: 'r', repair: true }), never);
  assert.deepEqual(asked, [
    [ref, { again: false }],
    [ref, { again: true }],
  ]);
  assert.equal(released(), 2);
  assert.deepEqual(records[0], {
    request: 'r',
    bundle_ref: ref,
    reason: '',
    environment: { id: kept.id, ...kept.python, digest: ref, new_bytes: 12 },
    finished_at: '1970-01-01T00:00:00.000Z',
  });
});

test('a bundle without packages, one that cannot be had and a build that fails are answers', async () => {
  const none = context({ environments: { keep: async () => undefined } });
  await handleBuildRequest(none.whole, body({ bundle_ref: ref, request: 'r' }), never);
  assert.equal(none.records[0]?.environment, null);
  for (const changed of [
    { bundles: { ensureLocal: () => Promise.reject(new BundleUnavailable('No such bundle.')) } },
    { environments: { keep: () => Promise.reject(new Error('No such bundle.')) } },
  ]) {
    const failing = context(changed);
    assert.equal(
      await handleBuildRequest(failing.whole, body({ bundle_ref: ref, request: 'r' }), never),
      'No such bundle.',
    );
    assert.deepEqual(
      failing.records.map(({ reason, environment }) => [reason, environment]),
      [['No such bundle.', undefined]],
    );
  }
});

test('a request whose worker goes away is given back, without an answer', async () => {
  const stopping = new AbortController();
  const { whole, records } = context({
    environments: {
      keep: async () => {
        stopping.abort(new Error('gone'));
        return kept;
      },
    },
  });
  const handled = handleBuildRequest(whole, body({ bundle_ref: ref, request: 'r' }), stopping.signal);
  await assert.rejects(handled, /gone/);
  assert.deepEqual(records, []);
});

test('a task is no request to build, and a request is no task', async () => {
  const { whole, records } = context();
  for (const text of [
    '{}',
    'no JSON',
    '{"build": {}}',
    `{"build": {"bundle_ref": "${ref}", "request": "../r"}}`,
    '{"diagnose": {}}',
    `{"diagnose": {"bundle_ref": "${ref}", "request": "r", "job_id": "../other"}}`,
  ])
    assert.equal(await handleBuildRequest(whole, { body: Buffer.from(text) }, never), undefined);
  assert.deepEqual(records, []);
  const parsed = parseMessage(body({ bundle_ref: ref, request: 'r' }).body);
  assert.ok(!parsed.ok);
  assert.match(parsed.reason, /build/);
});

test('a request to diagnose is handed on, and is no task', async () => {
  const { whole } = context();
  const diagnose = { bundle_ref: ref, request: 'r', shuffle_seed: 3 };
  const text = Buffer.from(JSON.stringify({ diagnose }));
  const asked: unknown[] = [];
  const came = await handleBuildRequest(whole, { body: text }, never, async (request) => {
    asked.push(request);
    return 'it leaks';
  });
  assert.deepEqual([came, asked], ['it leaks', [diagnose]]);
  const parsed = parseMessage(text);
  assert.ok(!parsed.ok);
  assert.match(parsed.reason, /diagnose/);
});
