import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/package/package-root.js';
import type { RunReport } from '../../src/simulation/ports.js';
import { bareEnvironment } from '../fixtures/environments/bare-environment.js';
import {
  createFixtureRunner,
  type FixtureRunner,
  python,
  requestFor,
} from '../integration/runner/run-fixture.js';

const run = promisify(execFile);
const simulation = 'returns_library_values';
let folder: string;
let interpreter: string;
let runner: FixtureRunner;
let unreachable: string | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'online-test-'));
  interpreter = join(folder, 'venv', 'bin', 'python');
  await run(python, ['-m', 'venv', join(folder, 'venv')]);
  await install('numpy', 'pandas');
  runner = await createFixtureRunner({ python: interpreter });
});
after(async () => {
  await runner.close();
  await rm(folder, { recursive: true });
});

test('without pyarrow a table of pandas is CSV, and the log says so', async (t) => {
  if (unreachable) return t.skip(unreachable);
  await withRun({}, async ({ report, text, log }) => {
    assert.equal(report.outcome, 'succeeded', report.reason);
    assert.equal(text('table'), 'day,infected\n0,1\n1,3\n');
    assert.equal(text('indexed'), ',day,infected\na,0,1\nb,1,3\n');
    assert.equal(typeOf(report, 'table'), 'text/csv; charset=utf-8');
    assert.match(log, /The output 'table' is stored as CSV, .*: install pyarrow/);
  });
});

test('numbers, times and arrays of numpy are JSON and .npy', async (t) => {
  if (unreachable) return t.skip(unreachable);
  await withRun({}, async ({ report, text, log }) => {
    assert.deepEqual(['peak', 'over', 'rate', 'day'].map(text), ['3', 'true', '0.25', '"2020-03-01"']);
    assert.equal(text('summary'), '{"at": "2020-03-01T00:00:00", "7": [1.5, null]}');
    assert.equal(typeOf(report, 'curve'), 'application/x-npy');
    assert.match(log, /In the JSON of the output 'summary', 1 × null stands for NaN/);
  });
});

test('tables of pandas, polars and pyarrow are Arrow files that each library reads, figures are PNG', async (t) => {
  await install('pyarrow', 'polars', 'matplotlib');
  if (unreachable) return t.skip(unreachable);
  await withRun({ also: true }, async ({ report }) => {
    assert.equal(report.outcome, 'succeeded', report.reason);
    for (const name of ['table', 'numbered', 'indexed', 'column', 'polars', 'lazy', 'arrow'])
      assert.equal(typeOf(report, name), 'application/vnd.apache.arrow.file', name);
    const files = Object.fromEntries(report.artifacts.map(({ name, path }) => [name, path]));
    const script = join(packageRoot, 'test', 'fixtures', 'simulations', simulation, 'read_back.py');
    const { stdout } = await run(interpreter, ['-I', script, JSON.stringify(files)]);
    assert.equal(stdout, 'read\n');
  });
});

test('what a library cannot write says what to return instead, and the others are kept', async (t) => {
  if (unreachable) return t.skip(unreachable);
  await withRun({ bad: true }, async ({ report }) => {
    assert.equal(report.outcome, 'invalid-result');
    assert.equal(report.partial.length, 10);
    const message = report.error?.message ?? '';
    for (const told of [
      /'objects' is an array of Python objects.* Return x\.astype\(float\)/,
      /'masked' is a masked array.* Return x\.filled/,
      /'mixed' cannot be written: ArrowInvalid: /,
      /'inner' .*type DataFrame at \.of is not JSON.* return it as an output of its own/,
    ])
      assert.match(message, told);
  });
});

for (const library of ['pandas', 'polars', 'pyarrow']) {
  test(`a table of ${library} is never held twice`, async (t) => {
    if (unreachable) return t.skip(unreachable);
    const request = await requestFor('returns_large_table', {
      params: JSON.stringify({ of: library }),
      environment: bareEnvironment(interpreter, '3'),
      timeoutMs: 300_000,
    });
    const report = await runner.executor.run(request, new AbortController().signal);
    try {
      assert.equal(report.outcome, 'succeeded', report.reason);
      const [table] = report.artifacts;
      assert.ok(table && table.size > 400_000_000);
      assert.ok(report.peakMemoryBytes < 1.75 * table.size, `${report.peakMemoryBytes} bytes at most`);
    } finally {
      await report.dispose();
    }
  });
}

/** What cannot be had says so in `unreachable`. */
async function install(...packages: string[]): Promise<void> {
  if (unreachable) return;
  const options = ['--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '20'];
  await run(interpreter, ['-m', 'pip', 'install', ...options, ...packages], { timeout: 300_000 }).catch(
    (error: Error) => {
      unreachable = `the package index does not give ${packages.join(', ')}: ${error.message.slice(-300)}`;
    },
  );
}

async function withRun(
  params: object,
  look: (ran: { report: RunReport; text(name: string): string; log: string }) => Promise<void>,
): Promise<void> {
  const environment = bareEnvironment(interpreter, '3');
  const request = await requestFor(simulation, { params: JSON.stringify(params), environment });
  const report = await runner.executor.run(request, new AbortController().signal);
  try {
    const read = report.artifacts.map(
      async ({ name, path }) => [name, await readFile(path, 'utf8')] as const,
    );
    const texts = new Map(await Promise.all(read));
    const log = await readFile(report.log.path, 'utf8');
    await look({ report, text: (name) => texts.get(name) ?? `no ${name}`, log });
  } finally {
    await report.dispose();
  }
}

function typeOf({ artifacts }: RunReport, name: string): string | undefined {
  return artifacts.find((artifact) => artifact.name === name)?.contentType;
}
