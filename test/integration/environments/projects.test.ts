import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { findNativeToolchain } from '../../../src/environments/find-native-toolchain.js';
import { core, projectFiles } from '../../fixtures/environments/project-files.js';
import { createFixtureRunner } from '../runner/run-fixture.js';
import { bundleOf, fails, left, project, python, run, stand, versions, withUv } from './build-stand.js';

const logOf = async (folder: string) => {
  const [log = ''] = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  return readFile(join(folder, log), 'utf8');
};
const builds = (log: string) => log.match(/build_wheel\.py .*"into":"/g)?.length ?? 0;

// With pip, too: test/online/projects.test.ts.
withUv(() => {
  test('a bundle that is a project is built once and runs as installed, with what its backend asked for', async () => {
    const { environments, folder, open } = await stand();
    const bundle = await bundleOf({
      ...projectFiles({
        requires: ['mopsdep==1.0'],
        asks: ['mopstool'],
        first: 'import mopsdep, mopstool\nassert mopsdep.version == "1.0"',
        project: 'dependencies = ["mopsdep>=2"]',
      }),
      // Of another machine, or of yesterday.
      'build/lib/mopsproject/stale.py': '',
      'src/mopsproject.egg-info/PKG-INFO': '',
    });
    const environment = await environments.forBundle(bundle);
    assert.equal(environment.project, 'mopsproject');
    assert.equal(await versions(environment.python, 'mopsdep'), '2.0');
    await assert.rejects(versions(environment.python, 'mopstool'), 'tools of a build stay out');
    assert.deepEqual(await left(folder), ['id', 'id.log', 'id.resolved.txt', 'wheels']);
    assert.equal(builds(await logOf(folder)), 1);

    const runner = await createFixtureRunner();
    try {
      const { outcome, reason, outputs, attestation } = await runner.run('', { bundle, environment });
      assert.equal(outcome, 'succeeded', reason);
      assert.match(outputs.file ?? '', /site-packages.mopsproject.entry\.py/);
      assert.deepEqual(attestation?.wire, {
        function: 'mopsproject.entry:wire',
        distribution: 'mopsproject',
        version: '1.5',
      });
    } finally {
      await runner.close();
    }

    // The environment goes, and with it the log; its wheel is still there.
    await run('rm', ['-r', join(environment.python, '..', '..')], { env: { PATH: '/bin:/usr/bin' } });
    await open().forBundle(bundle);
    assert.equal(builds(await logOf(folder)), 0);
  });

  test('each bundle that is a project has an environment of its own', async () => {
    const { environments } = await stand();
    const one = await environments.forBundle(await bundleOf(projectFiles()));
    const other = await environments.forBundle(await bundleOf(projectFiles()));
    assert.notEqual(one.python, other.python);
  });

  test('what a project requires and only its build tells is refused, and how a build fails is told', async () => {
    const { environments, folder } = await stand();
    const computed = projectFiles({ first: 'pass' });
    computed['building/backend.py'] = (computed['building/backend.py'] ?? '').replace(
      'Version: 1.5\\n"',
      "Version: 1.5\\nRequires-Dist: mopsdep>=1\\nRequires-Dist: more; extra == 'x'\\n\"",
    );
    await assert.rejects(
      environments.forBundle(await bundleOf(computed)),
      fails(/its project requires mopsdep>=1, which only its build tells/),
    );
    const failing = projectFiles({ first: 'print("model.cpp:3: error: expected ;")\nraise SystemExit(1)' });
    const reason =
      /its build exited with 1\. A bundle that is only to run from its folder says package = false[\s\S]*model\.cpp:3: error/;
    await assert.rejects(environments.forBundle(await bundleOf(failing)), fails(reason));
    const elsewhere = projectFiles();
    elsewhere['pyproject.toml'] = (elsewhere['pyproject.toml'] ?? '').replace('"backend"', '"json"');
    await assert.rejects(
      environments.forBundle(await bundleOf(elsewhere)),
      fails(/the build backend json is not in backend-path/),
    );
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.includes('.tmp-')),
      [],
    );
  });
});

withUv(() => {
  test('C is compiled once, and no task compiles it again', async (t) => {
    const { compiler, pythonHeaders } = await findNativeToolchain(python);
    if ('lacking' in compiler) return t.skip(compiler.lacking);
    if ('lacking' in pythonHeaders) return t.skip(pythonHeaders.lacking);
    const { environments, folder, open } = await stand();
    const bundle = await bundleOf(projectFiles({ core }));
    const environment = await environments.forBundle(bundle);
    const runner = await createFixtureRunner();
    try {
      for (const _ of [1, 2]) {
        const { outcome, reason, outputs } = await runner.run('', {
          bundle,
          environment: await open().forBundle(bundle),
        });
        assert.equal(outcome, 'succeeded', reason);
        // A static of C: nothing of one task is there in the next.
        assert.equal(outputs.answer, '42');
        assert.ok(outputs.file?.startsWith(join(environment.python, '..', '..')), outputs.file);
      }
    } finally {
      await runner.close();
    }
    assert.equal((await logOf(folder)).match(/^compiled/gm)?.length, 1);
  });

  test('without a compiler the build says that there is none', async () => {
    const { environments } = await stand();
    const said = "error: command 'g++' failed: No such file or directory";
    const bundle = await bundleOf(projectFiles({ first: `raise SystemExit(${JSON.stringify(said)})` }));
    await assert.rejects(
      environments.forBundle(bundle),
      fails(/there is none here: install one, or deploy with --build-tools/),
    );
  });

  test('a plain folder with dependencies stays one, whatever else its pyproject.toml says', async () => {
    const { environments } = await stand();
    for (const files of [
      { 'pyproject.toml': project('mopsdep') },
      {
        'pyproject.toml': `${project('mopsdep')}[tool.uv]\npackage = false\n[build-system]\nrequires = []\n`,
      },
      { 'pyproject.toml': project('mopsdep'), 'model.cpp': '' },
    ]) {
      const environment = await environments.forBundle(await bundleOf(files));
      assert.equal(environment.project, undefined);
    }
  });
});
