import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { execa } from 'execa';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { eventually, type RunningApp, withApp } from './running-app.js';

const azurite = await startAzurite();
after(() => azurite.stop());
const make = temporaryFolders();

/** Of four parameter sets one raises now and then while a file is missing, one segfaults, and one never ends. */
const model = `
import ctypes, os, time

def wire(entrypoint, params, seed):
    if params["beta"] == 3:
        ctypes.string_at(0)
    while params["beta"] == 4:
        time.sleep(1)
    if seed % 2 == 0 and not os.path.exists(params["licence"]):
        raise RuntimeError(f"no licence for seed {seed}")
    return {"answer.json": str(params["beta"] * seed)}
`;

describe("a modeller's day", { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  it('takes six commands: what is wrong is found, stopped and run again, and the rest is tabulated', async () => {
    const settings = {
      AzureFunctionsJobHost__extensions__queues__batchSize: '8',
      MODELOPS_JOB_TABLES_BYTES: '1000000',
    };
    await withApp(azurite, settings, async (app) => {
      const home = app.env.HOME ?? '';
      const licence = join(home, 'licence');
      const bundle = await app.push(await make({ 'wire.py': model }));
      const what = ['--bundle', bundle, '--entrypoint', 'a.b/c', '--no-preflight'];
      const grid = ['--grid', 'beta=1,2,3,4', '--grid', `licence=${licence}`, '--seeds', '1..5'];

      const submitted = await cli(app, 'submit', ...what, ...grid);
      assert.equal(submitted.exitCode, 0, submitted.stderr);

      // The bar says what runs and does not end; then Ctrl-C, which leaves the job alone.
      const watching = cli(app, 'watch', 'last');
      let seen = '';
      for await (const chunk of watching.stderr ?? []) {
        seen += String(chunk);
        if (/\/20 .* failed .* run, beta=4 .* for (\d\d s|\d+ min)/.test(seen)) break;
      }
      watching.kill('SIGINT');
      assert.equal((await watching).exitCode, 130, seen);

      const errors = await cli(app, 'errors', 'last');
      assert.equal(errors.exitCode, 3);
      assert.match(errors.stdout, /^9 tasks of job \S+ failed, in 2 ways:$/m);
      assert.match(errors.stdout, /^ +5 {2}crashed.*\n.*SIGSEGV.*\n +All have beta=3$/m);
      assert.match(errors.stdout, /^ +4 {2}simulation-failed, RuntimeError in wire\.py, line 10 \(wire\)$/m);

      const cancelled = await cli(app, 'cancel', 'last', '--where', 'beta=4');
      assert.match(cancelled.stdout, /^Cancelled 5 tasks of job /m);

      await writeFile(licence, '');
      const retried = await cli(app, 'retry', 'last', '--outcome', 'simulation-failed', '--watch');
      assert.equal(retried.exitCode, 3, retried.stderr);
      assert.match(retried.stdout, /: 4 tasks queued\.$/m);
      assert.match(retried.stdout, /^Next: mops-cold fetch /m);

      const fetched = await cli(app, 'fetch', 'last');
      assert.equal(fetched.exitCode, 3, fetched.stderr);
      assert.match(fetched.stdout, /^10 succeeded, 10 failed, 0 without an outcome yet\./m);
      assert.match(fetched.stdout, /^10 tasks of job \S+ failed, in 2 ways:$/m);
      const [, index = ''] = /Index: (\S+\.csv)/.exec(fetched.stdout) ?? [];
      const [, ...rows] = (await readFile(join(home, index), 'utf8')).trim().split('\n');
      const of = (outcome: string) => rows.filter((row) => row.includes(`,${outcome},`)).length;
      assert.deepEqual([rows.length, of('succeeded'), of('crashed'), of('cancelled')], [20, 10, 5, 5]);

      // Of both runs together, made by the app meanwhile.
      const tables = await eventually('the app has made the tables', async () => {
        const { stdout } = await cli(app, 'results', 'last', '--json');
        const made = JSON.parse(stdout);
        return made.made_at !== null && made;
      });
      assert.deepEqual(
        tables.tables.map(({ output, rows, tasks }: Record<string, unknown>) => [output, rows, tasks]),
        [
          [null, 20, 20],
          ['answer.json', 20, 10],
        ],
      );
      await access(join(home, tables.tables[1].parquet));
    });

    const readme = await readFile(join(packageRoot, 'README.md'), 'utf8');
    const day = ['watch last', 'errors last', 'cancel last --where beta=4'];
    for (const command of [...day, 'retry last --outcome simulation-failed --watch', 'fetch last'])
      assert.ok(readme.includes(`\nmops-cold ${command} `), command);
  });
});

function cli({ env }: RunningApp, ...args: string[]) {
  const main = join(packageRoot, 'dist', 'cli', 'main.js');
  return execa(process.execPath, [main, ...args], {
    env,
    extendEnv: false,
    cwd: env.HOME ?? '',
    reject: false,
  });
}
