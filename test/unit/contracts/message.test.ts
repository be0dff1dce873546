import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import { formatMessage } from '../../../src/contracts/message/format-message.js';
import { parseMessage } from '../../../src/contracts/message/parse-message.js';
import { TaskMessage } from '../../../src/contracts/message/task-message.js';
import { someTask } from './some-task.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (fields: Record<string, unknown>) => parseMessage(bytes(stringifyJson(someTask(fields))));

const base64 = (text: string | Uint8Array) => Buffer.from(text as string).toString('base64');

function refusal(body: string | Uint8Array): { field: string; reason: string } {
  const parsed = parseMessage(typeof body === 'string' ? bytes(body) : body);
  assert.ok('ok' in parsed && !parsed.ok, 'accepted');
  return parsed;
}

const full = {
  outputs: ['a'],
  job_id: 'preflight-1',
  run: 'r1',
  executor: 'cold',
  attempt: 2,
  check: { id: 'c1', entrypoints: ['models.sir/baseline'], targets: ['targets.prev:f'] },
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

test('a bare task is a message', () => {
  const parsed = parse({});
  assert.ok(parsed.ok && !parsed.reference);
  assert.equal(parsed.message.seed, 1n);
  assert.equal('job_id' in parsed.message, false);
});

test('a message is read back as it was formatted, with the digits of its numbers', () => {
  const message = TaskMessage.parse(someTask({ ...full, seed: 2n ** 64n - 1n }));
  const text = formatMessage(message);
  assert.match(text, /"beta":0\.3,"n":1000/);
  assert.match(text, /"seed":18446744073709551615/);
  assert.deepEqual(parseMessage(bytes(text)), { ok: true, message });
  assert.equal(formatMessage(message), text);
});

test('JSON, base64, base64 in lines and a byte order mark are all read', () => {
  const text = stringifyJson(someTask({ params: { values: { é: 'ü😀' } } }));
  const base64 = Buffer.from(text).toString('base64');
  const expected = parseMessage(bytes(text));
  assert.ok('ok' in expected && expected.ok);
  for (const body of [
    `\uFEFF${text}`,
    `\n ${text}\n`,
    base64,
    `${base64}\n`,
    base64.replace(/.{76}/g, '$&\r\n'),
    Buffer.from(`\uFEFF${text}`).toString('base64'),
  ]) {
    assert.deepEqual(parseMessage(bytes(body)), expected, body);
  }
});

test('a reference to a body is read as one', () => {
  const reference = { body_ref: `bodies/${'0'.repeat(64)}` };
  const text = JSON.stringify(reference);
  assert.deepEqual(parseMessage(bytes(text)), { ok: true, reference });
  assert.deepEqual(parseMessage(bytes(Buffer.from(text).toString('base64'))), { ok: true, reference });
});

for (const [what, body] of [
  ['a URL', '{"body_ref":"https://example.org/x"}'],
  ['a path upwards', `{"body_ref":"bodies/../${'0'.repeat(61)}"}`],
  ['a number', '{"body_ref":1}'],
] as const) {
  test(`a reference with ${what} is refused`, () => assert.equal(refusal(body).field, 'body_ref'));
}

test('a reference with other fields beside it is refused', () => {
  assert.equal(refusal(`{"body_ref":"bodies/${'0'.repeat(64)}","seed":1}`).field, 'seed');
});

for (const [what, body, field, reason] of [
  ['nothing', '', '', /^The message is not valid JSON/],
  ['plain text', 'hello world', '', /^The message is not valid JSON/],
  ['text that happens to be base64', 'helloooo', '', /^The message is neither JSON nor/],
  ['a list', '[]', '', /^The message is a list: it must be an object\.$/],
  ['a string', '"x"', '', /^The message is the string "x"/],
  ['null', 'null', '', /^The message is null/],
  ['a number', '12345', '', /^The message is 12345/],
  ['an unfinished object', '{"seed":', 'seed', /^seed is not valid JSON/],
  [
    'NaN',
    '{"params":{"values":{"beta":NaN}}}',
    'params.values.beta',
    /^params\.values\.beta is NaN: a number in JSON must be finite\.$/,
  ],
  ['base64 of NaN', Buffer.from('{"seed":NaN}').toString('base64'), 'seed', /^seed is NaN/],
  ['a depth bomb', '['.repeat(60_000), '', /nested more than 100 levels/],
  ['a number 60,000 digits long', `{"seed":${'9'.repeat(60_000)}}`, 'bundle_ref', /missing/],
  ['__proto__', '{"__proto__":{"seed":1}}', '__proto__', /cannot be used as a name/],
] as const) {
  test(`${what} in a message is an answer, not an exception`, () => {
    const found = refusal(body);
    assert.equal(found.field, field);
    assert.match(found.reason, reason);
  });
}

for (const [what, body, reason] of [
  ['without padding', (text: string) => base64(text).replace(/=+$/, ''), /is in base64 without its padding/],
  ['URL-safe', (text: string) => Buffer.from(text).toString('base64url'), /URL-safe base64/],
  ['twice', (text: string) => base64(base64(text)), /is in base64 twice: the client encodes by itself/],
  [
    'twice, and then not padded',
    (text: string) => base64(base64(text).replace(/=+$/, '')),
    /is in base64 twice/,
  ],
  ['inside a JSON string', (text: string) => JSON.stringify(text), /is JSON inside a JSON string/],
  ['inside a JSON string, in base64', (text: string) => base64(JSON.stringify(text)), /encoded twice/],
  ['as str() of bytes', (text: string) => `b'${text}'`, /is Python's str\(\) of bytes/],
  ['as str() of bytes in base64', (text: string) => `b'${base64(text)}'`, /is Python's str\(\) of bytes/],
  [
    'as str() of a dict',
    (text: string) => text.replaceAll('"', "'"),
    /is Python's str\(\) of a dict or an object, which is no JSON: send json\.dumps\(task\)\.$/,
  ],
  ['as str() of a dict, in base64', (text: string) => base64(text.replaceAll('"', "'")), /str\(\) of a dict/],
  ['as repr of an OrderedDict', (text: string) => `OrderedDict(${text})`, /str\(\) of a dict/],
  ['in UTF-16', (text: string) => base64(Buffer.from(text, 'utf16le')), /is UTF-16 text/],
] as const) {
  test(`a task ${what} is refused as what it is`, () => {
    // Of every length that padding depends on, and with characters that the two alphabets write differently.
    for (const name of ['ÿ¿', 'ÿ¿x', 'ÿ¿xy']) {
      const text = stringifyJson(someTask({ outputs: [`${name}>>>???`] }));
      if (what === 'without padding' && !base64(text).endsWith('=')) continue;
      const found = refusal(body(text));
      assert.equal(found.field, '');
      assert.match(found.reason, reason);
    }
  });
}

test('bytes that are not UTF-8 are refused, in base64 too', () => {
  const latin1 = Buffer.from('{"params":{"values":{"a":"é"}}}', 'latin1');
  assert.equal(refusal(latin1).reason, 'The message is not UTF-8 text.');
  assert.equal(
    refusal(latin1.toString('base64')).reason,
    'The message is neither JSON nor UTF-8 text in base64.',
  );
});

test("the trigger's own fields are refused, in either case of the first letter", () => {
  for (const name of [
    'id',
    'Id',
    'popReceipt',
    'PopReceipt',
    'dequeueCount',
    'insertionTime',
    'queueTrigger',
    'QueueTrigger',
    'expirationTime',
    'nextVisibleTime',
  ]) {
    const found = refusal(stringifyJson(someTask({ [name]: 'x' })));
    assert.equal(found.field, name);
    assert.equal(
      found.reason,
      `${name} is a field of the queue trigger, which the body would overwrite: remove it.`,
    );
  }
});

for (const [fields, field, reason] of [
  [{ executor: 'isolated_warm' }, 'executor', /it must be "cold" or absent/],
  [{ executor: 'direct' }, 'executor', /it must be "cold"/],
  [{ no_cache: false }, 'no_cache', /it must be true or absent/],
  [{ attempt: -1 }, 'attempt', /is -1: it must be a whole number, at least 0/],
  [{ attempt: 1.5 }, 'attempt', /is 1\.5/],
  [{ attempt: '1' }, 'attempt', /is the string "1"/],
  [{ job_id: '../x' }, 'job_id', /1 to 100 letters/],
  [{ job_id: '' }, 'job_id', /1 to 100 letters/],
  [{ run: 'a/b' }, 'run', /1 to 100 letters/],
  [{ check: { id: 'c', entrypoints: ['sir'], targets: [] } }, 'check.entrypoints[0]', /is "sir"/],
  [{ check: { id: 'c', entrypoints: [] } }, 'check.targets', /is missing/],
  [{ check: { id: 'c', entrypoints: [], targets: [] }, job_id: 'job' }, 'check', /is given in the job "job"/],
  [{ check: true }, 'check', /is true: it must be an object/],
  [{ traceparent: 'x' }, 'traceparent', /W3C traceparent/],
  [{ jobid: 'x' }, 'jobid', /is not a field of a message: did you mean "job_id"\?$/],
  [{ timeout: 5 }, 'timeout', /is not a field of a message: did you mean "timeout_seconds"\?$/],
  [{ colour: 5 }, 'colour', /is not a field of a message: remove it\.$/],
  [{ bundle_ref: 'local://dev' }, 'bundle_ref', /submit it with mops-cold/],
] as const) {
  test(`${JSON.stringify(fields)} is refused, naming ${field}`, () => {
    const found = refusal(stringifyJson(someTask(fields)));
    assert.equal(found.field, field);
    assert.match(found.reason, reason);
    assert.ok(found.reason.startsWith(field));
  });
}

test('null in an optional field of a message counts as absent', () => {
  const parsed = parse(Object.fromEntries(Object.keys(full).map((name) => [name, null])));
  assert.ok('ok' in parsed && parsed.ok);
  assert.deepEqual(parsed, parse({}));
});

test('bytes at random never throw', () => {
  let state = 1;
  for (let i = 0; i < 3000; i++) {
    const noise = Uint8Array.from({ length: i % 60 }, () => {
      state = (state * 48_271) % 0x7fffffff;
      const alphabet = '{}[]":,\\u0019eE.-+ntfNIa=\u00ff';
      return alphabet.charCodeAt(state % alphabet.length);
    });
    assert.ok(parseMessage(noise));
  }
});
