import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { execa } from 'execa';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { startPackageIndex } from '../fixtures/environments/package-index.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { blobNames, eventually, type RunningApp, taskMessage, withApp } from './running-app.js';

const azurite = await startAzurite();
after(() => azurite.stop());
const make = temporaryFolders();
const index = await startPackageIndex(await make(), [{ name: 'mopsahead', version: '1.2' }]);
after(() => index.close());

const settings = async () => ({
  MODELOPS_BUNDLES_DIR: '',
  MODELOPS_BUNDLES_CONTAINER: container,
  MODELOPS_ENVIRONMENTS: 'build',
  MODELOPS_VENVS_DIR: join(await make(), 'venvs'),
  MODELOPS_INDEX_URL: index.url,
  PIP_RETRIES: '0',
});
const container = `bundles-${randomBytes(4).toString('hex')}`;
const calls = join(await make({ calls: '' }), 'calls');
const bundleOf = (requirement: string) =>
  make({
    'pyproject.toml': `[project]\nname = "m"\nversion = "1"\ndependencies = ["${requirement}"]\n[tool.modelops]\nbuild = "echo built >> ${calls}; echo made > made.txt"\nwarm_up = { entrypoint = "models.warm/up" }\n`,
    'wire.py': `import mopsahead
def wire(entrypoint, params, seed):
    with open("${calls}", "a") as file: file.write(entrypoint + "\\n")
    return {"version": mopsahead.version.encode(), "made": open("made.txt").read()}
`,
  });
const mopsCold = (app: RunningApp, ...args: string[]) =>
  execa('node', [join(packageRoot, 'dist', 'cli', 'main.js'), ...args], {
    env: app.env,
    reject: false,
  });

test('an environment that the app has built ahead is no task, and is there for an instance that has no index', async () => {
  let ref = '';
  await withApp(azurite, await settings(), async (app) => {
    const folder = await bundleOf('mopsahead==1.2');
    const built = await mopsCold(app, 'bundle', 'build', folder, '--in-app', '--json');
    assert.equal(built.exitCode, 0, built.stderr);
    const document = JSON.parse(built.stdout);
    ref = document.ref;
    assert.match(document.environment.id, /^[0-9a-f]{32}$/);
    assert.ok(document.environment.new_bytes > 0);
    const again = await mopsCold(app, 'bundle', 'build', ref, '--in-app', '--json');
    assert.deepEqual(JSON.parse(again.stdout).environment, { ...document.environment, new_bytes: 0 });
    assert.equal((await blobNames(app.jobs, 'builds/')).length, 2);
    assert.deepEqual([await app.outcomes(), await app.refused()], [[], []]);
    const { bundles } = JSON.parse((await mopsCold(app, 'bundle', 'list', '--json')).stdout);
    assert.deepEqual(
      bundles.map((bundle: { ref: string }) => bundle.ref),
      [ref],
    );

    const other = await bundleOf('mopsahead>=1');
    const submitted = await mopsCold(
      app,
      ...[
        'submit',
        '--entrypoint',
        'models.sir/baseline',
        '--bundle',
        other,
        '--grid',
        'x=1',
        '--build',
        '--watch',
      ],
    );
    assert.equal(submitted.exitCode, 0, submitted.stderr);
    assert.match(
      submitted.stderr,
      /The app is building the environment .*\n.*The environment [0-9a-f]{32} is stored/,
    );

    const lacking = await mopsCold(app, 'bundle', 'build', await bundleOf('mopsnowhere'), '--in-app');
    assert.equal(lacking.exitCode, 1);
    assert.match(lacking.stderr, /in the app: Cannot build the environment of the bundle.*mopsnowhere/s);
  });
  index.answers = () => 500;
  await writeFile(calls, '');
  await withApp(azurite, await settings(), async (app) => {
    await app.queue.sendMessage(JSON.stringify(taskMessage(ref)));
    const record = await eventually('the task is recorded', async () => (await app.outcomes())[0]);
    assert.equal(record.outcome, 'succeeded', record.reason);
    assert.equal(
      await readFile(calls, 'utf8'),
      'models.test/baseline\n',
      'neither built nor warmed up again',
    );
    assert.deepEqual(
      app.lines.filter((line) => line.includes('Cannot use the environment')),
      [],
    );
  });
});
