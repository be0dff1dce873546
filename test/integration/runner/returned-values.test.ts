import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { ArtifactFile } from '../../../src/simulation/ports.js';
import { createFixtureRunner, type FixtureRunner, requestFor } from './run-fixture.js';

let runner: FixtureRunner;
before(async () => {
  runner = await createFixtureRunner();
});
after(() => runner.close());

for (const executor of ['cold', 'forkserver', 'isolated_warm'] as const)
  test(`paths of files and folders, open files and files in memory are stored as their contents (${executor})`, {
    skip: executor === 'forkserver' && process.platform !== 'linux' ? 'needs Linux' : false,
  }, async () => {
    const report = await runner.run('returns_files', { executor });
    assert.equal(report.outcome, 'succeeded', report.reason);
    const { 'its own code': code, ...outputs } = report.outputs;
    assert.match(code ?? '', /def wire/);
    assert.deepEqual(outputs, {
      trace: 'content of trace.csv',
      'in TMPDIR': '',
      'plots/b.svg': 'content of b.svg',
      'plots/late/a.png': 'content of a.png',
      'plots/link.svg': 'content of b.svg',
      memory: 'ARROW1 or so',
      text: 'täxt',
      notes: 'not flushed yet',
      anonymous: 'no name on the disk',
      named: '[1]',
      read: '0123456789',
    });
    const types = Object.fromEntries(report.artifacts.map(({ name, contentType }) => [name, contentType]));
    assert.deepEqual(
      [types.trace, types['plots/late/a.png'], types['plots/b.svg'], types.named, types.memory, types.text],
      [
        'text/csv',
        'image/png',
        'image/svg+xml',
        'application/json',
        'application/vnd.apache.arrow.file',
        'text/plain; charset=utf-8',
      ],
    );
  });

test('dates, times, dataclasses and what is nested in them are JSON that every reader reads', async () => {
  const report = await runner.run('returns_python_objects');
  assert.equal(report.outcome, 'succeeded', report.reason);
  const { 'as before': plain, ...outputs } = report.outputs;
  const peak = { day: '2020-03-01', infected: [{ day: '2020-03-01', infected: 3 }, { of: [1, 2] }] };
  assert.deepEqual(
    Object.fromEntries(Object.entries(outputs).map(([name, text]) => [name, JSON.parse(text)])),
    {
      at: '2020-03-01T12:30:00',
      day: '2020-03-01',
      time: '12:30:00',
      wait: 'P2DT0H0M1.5S',
      back: '-P0DT1H0M0S',
      peak,
      'by day': { '2020-03-01': 1, 2: '2020-03-01' },
      gaps: { infected: [1, null, null], 'as before': 'NaN' },
    },
  );
  assert.equal(plain, '{"a": [1, 2.5, null, true], "3": "\\u00e9"}', 'byte for byte what json writes');
  assert.ok(report.artifacts.every(({ contentType }) => contentType === 'application/json'));
  assert.match(report.logText, /In the JSON of the output 'gaps', 2 × null stands for NaN, infinity or/);
});

test('what leads out of the task’s folders, is no file or does not hold still is told by name, and the rest is kept', async () => {
  const { outcome, artifacts, partial, message } = await keep('returns_bad_files');
  assert.equal(outcome, 'invalid-result');
  assert.deepEqual(artifacts, {});
  assert.deepEqual(partial, { good: 'kept', 'mixed/good': 'kept' });
  for (const told of [
    /'absolute' is the path '\/etc\/passwd', which leads to '\/etc\/passwd', outside the task's folders/,
    /'upwards' is the path '[./]+etc\/passwd', which leads to '\/etc\/passwd'/,
    /'link' is the path 'passwd', which leads to '\/etc\/passwd'/,
    /'linked folder' is the path 'etc', which leads to '\/etc'/,
    /'nowhere' is the path 'nowhere', which leads nowhere/,
    /'no path' is the path 'a\\x00b', which leads nowhere/,
    /'pipe' is a named pipe, not a file/,
    /'socket' is a socket, not a file/,
    /'empty' is the folder '[^']*', in which there is no file/,
    /'mixed\/passwd' is the path '[^']*mixed\/passwd', which leads to '\/etc\/passwd'/,
    /'mixed\/pipe' is a named pipe/,
    /Two outputs have the name 'mixed\/good'/,
    /'closed' is an open file that cannot be read: I\/O operation on closed file\. Return pathlib\.Path of it/,
    /'open pipe' is a named pipe/,
    /'grows' is a file that changed while it was stored/,
    /'temporary' is an open SpooledTemporaryFile/,
  ])
    assert.match(message, told);
});

for (const [what, kept, told] of [
  ['list', { returned: '[1]' }, /returned list, not a dict of outputs: name it/],
  ['names', { good: 'kept' }, /output name 3 is int.*cannot have the name ''/],
  ['missing', { a: '1' }, /asks for the outputs \['b'\], and the wire function returned \['a'\]/],
  ['declared', { table: 'so far' }, /no registry/],
  ['nested', { good: 'kept' }, /'a'.*type set at \.x\[1\]\.y is not JSON.* return sorted\(x\)/],
  ['function', { good: 'kept' }, /'a'.* return bytes, text, a number, .*pathlib\.Path of a file/],
] as const) {
  test(`of a result with a fault (“${what}”) everything else is kept`, async () => {
    const outputs = what === 'missing' ? ['a', 'b'] : undefined;
    const failed = await keep('returns_with_a_fault', what, outputs);
    assert.deepEqual([failed.artifacts, failed.partial], [{}, kept], failed.message);
    assert.match(failed.message, told);
  });
}

/** What a run leaves, by name. */
async function keep(simulation: string, what = '', outputs?: readonly string[]) {
  const request = await requestFor(simulation, {
    params: JSON.stringify({ return: what }),
    task: outputs ? { outputs: [...outputs] } : {},
  });
  const report = await runner.executor.run(request, new AbortController().signal);
  try {
    return {
      outcome: report.outcome,
      artifacts: await texts(report.artifacts),
      partial: await texts(report.partial),
      message: report.error?.message ?? '',
    };
  } finally {
    await report.dispose();
  }
}

async function texts(files: ArtifactFile[]): Promise<Record<string, string>> {
  const read = files.map(async ({ name, path }) => [name, await readFile(path, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(read));
}
