import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { bareEnvironment } from '../fixtures/environments/bare-environment.js';
import { createFixtureRunner, type FixtureRunner, python } from '../integration/runner/run-fixture.js';

const run = promisify(execFile);
let folder: string;
let interpreter: string;
let runner: FixtureRunner;
let unreachable: string | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'online-targets-'));
  interpreter = join(folder, 'venv', 'bin', 'python');
  await run(python, ['-m', 'venv', join(folder, 'venv')]);
  await run(interpreter, ['-m', 'pip', 'install', '-q', 'polars']).catch((error: unknown) => {
    unreachable = `polars cannot be installed: ${error}`;
  });
  runner = await createFixtureRunner({ python: interpreter });
});
after(async () => {
  await runner.close();
  await rm(folder, { recursive: true });
});

/** Two replicates with a table in each of the formats that the runner writes, and something that is no table. */
const tables = `
import polars, sys
for replicate in ("0", "1"):
    table = polars.DataFrame({"day": [1, 2], "infected": [10.0, 20.0 + int(replicate)]})
    table.write_ipc(sys.argv[1] + "/file-" + replicate)
    table.write_ipc_stream(sys.argv[1] + "/stream-" + replicate)
    table.write_parquet(sys.argv[1] + "/parquet-" + replicate)
    open(sys.argv[1] + "/text-" + replicate, "w").write("no table")
`;

async function aggregate(target: string) {
  await run(interpreter, ['-c', tables, folder]);
  const names = ['file', 'stream', 'parquet', 'text'];
  const simReturns = ['0', '1'].map((replicate) => ({
    task_id: `t${replicate}`,
    outputs: Object.fromEntries(
      names.map((name) => [
        name,
        { path: `${name}-${replicate}`, size: 1, checksum: 'c', content_type: 'application/octet-stream' },
      ]),
    ),
  }));
  const bring = async (to: string) => {
    for (const { outputs } of simReturns)
      for (const { path } of Object.values(outputs)) await copyFile(join(folder, path), join(to, path));
  };
  const { stdout } = await run(interpreter, ['-c', 'import platform; print(platform.python_version())']);
  return runner.run('has_targets', {
    environment: bareEnvironment(interpreter, stdout.trim()),
    aggregate: { target, aggregationId: 'a'.repeat(16), targetData: null, simReturns, bring },
  });
}

test("a target of Calabaria's gets the tables of each replicate as polars frames, and its loss counts", async (t) => {
  if (unreachable) return t.skip(unreachable);
  const report = await aggregate('targets:frames');
  assert.equal(report.outcome, 'succeeded', report.reason);
  assert.equal(report.aggregation?.loss, 20.5);
  assert.deepEqual(report.aggregation?.diagnostics.names, ['file', 'parquet', 'stream']);
  assert.equal(report.aggregation?.diagnostics.target_type, 'ByFrames');
  assert.equal(report.logText.match(/The output 'text' is no Arrow or Parquet table/g)?.length, 1);
});

test('the loss of likelihoods is the negated logarithm of their mean, however small they are', async (t) => {
  if (unreachable) return t.skip(unreachable);
  const report = await aggregate('targets:likelihood');
  assert.equal(report.outcome, 'succeeded', report.reason);
  const expected = 1000 - Math.log((1 + Math.exp(-1)) / 2);
  assert.ok(Math.abs((report.aggregation?.loss ?? 0) - expected) < 1e-9);
});
