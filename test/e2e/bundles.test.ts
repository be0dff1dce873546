import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { execa } from 'execa';
import type { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { registryMissing, startRegistry } from '../fixtures/bundles/start-registry.js';
import { startPackageIndex } from '../fixtures/environments/package-index.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { eventually, type RunningApp, taskMessage, withApp } from './running-app.js';

const azurite = await startAzurite();
after(() => azurite.stop());
const skip = registryMissing();
const registry = skip === false ? await startRegistry() : undefined;
after(() => registry?.stop());

const make = temporaryFolders();
async function bundleOf(files: Record<string, string>): Promise<string> {
  const wire = 'def wire(entrypoint, params, seed): return {"a": str(params["x"])}\n';
  return make({ 'wire.py': wire, ...files });
}

const mopsCold = (app: RunningApp, ...args: string[]) =>
  execa('node', [join(packageRoot, 'dist', 'cli', 'main.js'), ...args], {
    env: app.env,
    reject: false,
  });

const submit = (app: RunningApp, bundle: string, ...more: string[]) =>
  mopsCold(
    app,
    'submit',
    ...[
      '--entrypoint',
      'models.sir/baseline',
      '--bundle',
      bundle,
      '--grid',
      'x=1,2',
      '--job-id',
      'job',
      ...more,
    ],
  );

/** How one task of a bundle ends, sent past every check of the client. */
async function outcomeOf(app: RunningApp, bundleRef: string): Promise<OutcomeRecord> {
  await app.queue.sendMessage(JSON.stringify(taskMessage(bundleRef)));
  const [record] = await eventually('the task is recorded', async () => {
    const records = await app.outcomes();
    return records.length > 0 && records;
  });
  assert.ok(record);
  return record;
}

const inBlob = {
  MODELOPS_BUNDLES_DIR: '',
  MODELOPS_BUNDLES_CONTAINER: `bundles-${randomBytes(4).toString('hex')}`,
  MODELOPS_ENVIRONMENTS: 'installed',
};
const inRegistry = {
  MODELOPS_BUNDLES_DIR: '',
  MODELOPS_BUNDLE_SOURCE: 'oci',
  MODELOPS_BUNDLE_REGISTRY: registry?.host ?? 'registry.invalid',
  MODELOPS_BUNDLE_INSECURE: 'true',
};

describe('a bundle', () => {
  const stores: [string, NodeJS.ProcessEnv, string | false, RegExp][] = [
    ['a folder', {}, false, /^sha256:/],
    ['a Blob container', inBlob, false, /^sha256:/],
    ['a registry', inRegistry, skip, /^mops-cold-test-[a-z0-9-]+@sha256:/],
    [
      'a repository of a registry',
      { ...inRegistry, MODELOPS_BUNDLE_REGISTRY: `${registry?.host}/models/sir` },
      skip,
      /^sha256:/,
    ],
  ];
  const digests = new Set<string>();
  for (const [where, settings, skipped, form] of stores) {
    it(`is submitted to ${where}, found there by the app, and run`, { skip: skipped }, async () => {
      await withApp(azurite, settings, async (app) => {
        const folder = await bundleOf({ 'data/x.csv': '1,2,3\n' });
        const { exitCode, stderr } = await submit(app, folder, '--watch');
        assert.equal(exitCode, 0, stderr);
        const records = await app.outcomes('job');
        assert.deepEqual(
          records.map(({ outcome }) => outcome),
          ['succeeded', 'succeeded'],
        );
        assert.match(records[0]?.bundle_ref ?? '', form);
        digests.add(records[0]?.bundle_ref.replace(/^.*@/, '') ?? '');
      });
    });
  }

  it('is repaired in a registry, or it is said that the registry kept its damage', { skip }, async () => {
    await withApp(azurite, inRegistry, async (app) => {
      const folder = await bundleOf({ 'data/x.csv': 'to be damaged\n' });
      const push = (...more: string[]) => mopsCold(app, 'bundle', 'push', folder, ...more);
      assert.equal((await push()).exitCode, 0);
      assert.equal((await push('--repair')).exitCode, 0);
      const hex = createHash('sha256').update('to be damaged\n').digest('hex');
      const blob = join(
        registry?.storage ?? '',
        'docker/registry/v2/blobs/sha256',
        hex.slice(0, 2),
        hex,
        'data',
      );
      await writeFile(blob, 'to be damageD\n');
      const { exitCode, stderr } = await push('--repair');
      assert.equal(exitCode, 1);
      assert.match(stderr, /Cannot repair .*: it took what was sent, and kept what it had/);
      assert.match(stderr, /data\/x\.csv has the digest/);
    });
  });

  it('has the same digest wherever it is', () => assert.equal(digests.size, 1));

  it('that the store does not have is an outcome, not tried again', { skip }, async () => {
    await withApp(azurite, inRegistry, async (app) => {
      const record = await outcomeOf(app, `models/nowhere@sha256:${'1'.repeat(64)}`);
      assert.equal(record.outcome, 'bundle-unavailable');
      assert.match(
        record.reason,
        /from the registry 127\.0\.0\.1:\d+: its manifest is not there\. Push the bundle/,
      );
      assert.equal(record.metrics.deliveries ?? 1, 1);
    });
  });

  it('of another registry is never asked for', { skip }, async () => {
    await withApp(azurite, inRegistry, async (app) => {
      const record = await outcomeOf(app, `registry.example:5000/sir@sha256:${'1'.repeat(64)}`);
      assert.equal(record.outcome, 'bundle-unavailable');
      assert.match(
        record.reason,
        /it names the registry registry\.example:5000, this app uses 127\.0\.0\.1:/,
      );
    });
  });
});

describe('what a bundle says of itself', () => {
  it('makes it run cold in an app that reuses processes', async () => {
    const warm = { ...inBlob, MODELOPS_EXECUTOR_TYPE: 'isolated_warm' };
    await withApp(azurite, warm, async (app) => {
      const folder = await bundleOf({ '.modelops/manifest.json': '{"requires_fresh_process": true}' });
      const { exitCode, stderr } = await submit(app, folder, '--watch');
      assert.equal(exitCode, 0, stderr);
      const records = await app.outcomes('job');
      assert.deepEqual(
        records.map(({ attestation }) => attestation?.executor),
        ['cold', 'cold'],
      );
      assert.equal(new Set(records.map(({ attestation }) => attestation?.seen.pid)).size, 2);
      assert.equal((await mopsCold(app, 'verify', 'job')).exitCode, 0);
      // Its results are cold ones: a new run finds them.
      await submit(app, folder, '--watch', '--run', 'again');
      const again = (await app.outcomes('job')).filter(({ run }) => run === 'again');
      assert.deepEqual(
        again.map(({ cached }) => cached),
        [true, true],
      );
    });
  });

  it('limits its time, below what the app allows', async () => {
    await withApp(azurite, inBlob, async (app) => {
      const folder = await bundleOf({
        'wire.py': 'import time\ndef wire(*task): time.sleep(60)\n',
        'pyproject.toml': '[tool.modelops]\ntimeout_seconds = 0.5\n',
      });
      const { stdout } = await mopsCold(app, 'bundle', 'push', folder);
      const record = await outcomeOf(app, stdout.trim());
      assert.equal(record.outcome, 'timed-out');
      assert.match(record.reason, /0\.5 .*\(the bundle's timeout_seconds\)/);
    });
  });

  it('brings its packages in a lock file: they are installed before its first task, and there for the second', async () => {
    const index = await startPackageIndex(await make(), [{ name: 'mopslocked', version: '1.2' }]);
    const building = {
      ...inBlob,
      MODELOPS_ENVIRONMENTS: 'build',
      MODELOPS_VENVS_DIR: join(await make(), 'venvs'),
      MODELOPS_INDEX_URL: index.url,
    };
    try {
      await withApp(azurite, building, async (app) => {
        const lockOf = (hash: string) => `version = 1
requires-python = ">=3.9"
[[package]]
name = "mopslocked"
version = "1.2"
source = { registry = "${index.url}" }
wheels = [{ url = "${index.addressOf('mopslocked', '1.2')}", hash = "${hash}" }]
[[package]]
name = "m"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "mopslocked" }]
[package.metadata]
requires-dist = [{ name = "mopslocked" }]
`;
        const model = {
          'pyproject.toml':
            '[project]\nname = "m"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["mopslocked"]\n',
          'wire.py':
            'import mopslocked\ndef wire(entrypoint, params, seed): return {"version": mopslocked.version.encode()}\n',
        };
        const folder = await bundleOf({ ...model, 'uv.lock': lockOf(index.hashOf('mopslocked', '1.2')) });
        const { stdout } = await mopsCold(app, 'bundle', 'push', folder);
        const first = await outcomeOf(app, stdout.trim());
        assert.equal(first.outcome, 'succeeded', first.reason);
        const asked = index.asked.length;
        assert.ok(asked > 0);
        const second = await submit(app, folder, '--watch');
        assert.equal(second.exitCode, 0, second.stderr);
        assert.equal(index.asked.length, asked);

        const wrong = await bundleOf({ ...model, 'uv.lock': lockOf(`sha256:${'0'.repeat(64)}`) });
        const failed = await submit(app, wrong, '--no-preflight', '--watch', '--job-id', 'wrong');
        assert.equal(failed.exitCode, 3, failed.stderr);
        const to = join(await make(), 'fetched');
        const fetched = await mopsCold(app, 'fetch', 'wrong', '--to', to);
        assert.equal(fetched.exitCode, 3, fetched.stderr);
        const [record] = (await app.outcomes('wrong')).filter(
          ({ outcome }) => outcome === 'environment-failed',
        );
        assert.match(record?.reason ?? '', /mopslocked[\s\S]*hash|hash[\s\S]*mopslocked/i);
        assert.match(
          await readFile(join(to, 'wrong', record?.task_id ?? '', 'log.txt'), 'utf8'),
          /^\$ [\s\S]*mopslocked/,
        );
      });
    } finally {
      await index.close();
    }
  });

  for (const [what, files, outcome, reason] of [
    [
      'a package that is not installed',
      {
        'pyproject.toml': '[project]\nname = "m"\ndependencies = ["starsim>=3.0.4"]\n',
        'wire.py': 'import starsim\n',
      },
      'environment-failed',
      /of what pyproject\.toml declares, starsim>=3\.0\.4 is not installed/,
    ],
    [
      'a Python that is not there',
      { '.modelops/manifest.json': '{"python": ">=4"}' },
      'environment-failed',
      /it is Python 3\.\S+, \.modelops\/manifest\.json requires >=4/,
    ],
    [
      'a key that is none',
      { '.modelops/manifest.json': '{"timeout_second": 3}' },
      'bundle-unavailable',
      /timeout_second is not a field .* did you mean "timeout_seconds"\?/,
    ],
  ] as [string, Record<string, string>, string, RegExp][]) {
    it(`with ${what} ends its tasks before anything of it is imported`, async () => {
      await withApp(azurite, inBlob, async (app) => {
        const { stdout } = await mopsCold(app, 'bundle', 'push', await bundleOf(files));
        const record = await outcomeOf(app, stdout.trim());
        assert.equal(record.outcome, outcome);
        assert.match(record.reason, reason);
        assert.equal(record.attestation, undefined);
      });
    });
  }
});

describe('preflight in the app', () => {
  it('lets tasks go that its Python can run', async () => {
    await withApp(azurite, inBlob, async (app) => {
      const folder = await bundleOf({ 'models/sir.py': '' });
      const { exitCode, stderr } = await submit(app, folder, '--preflight-in-app', '--watch');
      assert.equal(exitCode, 0, stderr);
      assert.match(stderr, /The app is checking the bundle \(job preflight-.*\) …\nThe app can run it\./);
    });
  });

  for (const [what, files, reason] of [
    [
      'a package',
      { 'requirements.txt': 'starsim\n' },
      /environment-failed: .*of what requirements\.txt declares, starsim is not installed/,
    ],
    [
      'a module',
      { 'models/sir.py': 'import starsim\n' },
      /Entrypoint: models\.sir\/baseline .*No module named 'starsim'/,
    ],
    [
      'a module of the wire function',
      { 'wire.py': 'import starsim\n' },
      /environment-failed: .*No module named 'starsim'/,
    ],
  ] as [string, Record<string, string>, RegExp][]) {
    it(`stops a submission for which it lacks ${what}`, async () => {
      await withApp(azurite, inBlob, async (app) => {
        const { exitCode, stderr } = await submit(app, await bundleOf(files), '--preflight-in-app');
        assert.equal(exitCode, 1);
        assert.match(
          stderr,
          /Cannot submit: in the app, no task of this bundle could run\. Nothing else was sent\./,
        );
        assert.match(stderr, reason);
        assert.deepEqual(await app.outcomes('job'), []);
      });
    });
  }
});
