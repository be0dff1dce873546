import assert from 'node:assert/strict';
import { cp, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import { openEnvironmentStore } from '../../../src/bundles/open-environment-store.js';
import { createKeptFolders } from '../../../src/environments/artifact/kept-folders.js';
import type { LocalBundle } from '../../../src/simulation/ports.js';
import { warmUpRun } from '../../../src/simulation/warm-up-run.js';
import { bareBundle } from '../../fixtures/bundles/bare-bundle.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { storedTar } from '../../fixtures/environments/stored-tar.js';
import { createFixtureRunner } from '../runner/run-fixture.js';
import { bundleOf, index, make, python, run, stand, withUv } from './build-stand.js';

after(() => {
  index.answers = () => 'well';
});

/** Compiles into its folder and into HOME, as numba and its kind do, and tells what it found there. */
const model = (calls: string) => `
import os, pathlib
def wire(entrypoint, params, seed):
    with open(${JSON.stringify(calls)}, "a") as file:
        file.write(entrypoint + "\\n")
    found = []
    for path in ("__pycache__/kernel.nbi", os.path.expanduser("~/.cache/fonts/list.json")):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a+") as file:
            file.seek(0)
            found.append(file.read())
            file.write(f"made by {entrypoint}")
    made = pathlib.Path("out/made.txt")
    return {
        "found": found,
        "made": made.read_text(),
        "link": os.readlink("out/latest"),
        "times": [os.stat(path).st_mtime_ns for path in (__file__, "out/made.txt", "__pycache__/other.nbi")],
    }
`;

async function instance(folder: string) {
  const warnings: string[] = [];
  const store = {
    open: async () => openEnvironmentStore(createFolderStore(folder)),
    warn: (sentence: string) => void warnings.push(sentence),
  };
  const { environments, folder: venvs } = await stand({ store });
  const { kept } = environments;
  assert.ok(kept);
  return { environments, venvs, kept, warnings, runner: await createFixtureRunner({ kept }) };
}
type Instance = Awaited<ReturnType<typeof instance>>;

const limits = { timeoutMs: 30_000, memoryLimitBytes: 2 ** 31, threads: 1 };

function keep({ environments, runner }: Instance, bundle: LocalBundle, again = false) {
  return environments.keep(bundle, {
    again,
    async also(environment) {
      const first = warmUpRun(limits, bundle, environment);
      return first && runner.executor.keepWarmUp(first, { again }, AbortSignal.timeout(60_000));
    },
  });
}

/** The same bundle, as another machine has it. */
async function elsewhere(bundle: LocalBundle): Promise<LocalBundle> {
  const path = join(await make(), 'bundle');
  await cp(bundle.path, path, { recursive: true });
  return { ...bundle, path };
}

const declaring = (...dependencies: string[]) =>
  `[project]\nname = "model"\nversion = "1"\ndependencies = ${JSON.stringify(dependencies)}\n[tool.modelops]\nbuild = "sh build.sh"\n`;
const warmUp = '[tool.modelops.warm_up]\nentrypoint = "model.warm/up"\n';

withUv(() => {
  for (const [what, dependencies] of [
    ['an environment of its own', ['mopsdep==1.0']],
    ['the Python of all bundles', []],
  ] as const)
    test(`a second machine starts with what build command and warm-up left on the first, in ${what}`, async () => {
      const [folder, counted] = [await make(), await make({ calls: '', builds: '' })];
      const [calls, builds] = [join(counted, 'calls'), join(counted, 'builds')];
      const bundle = await bundleOf({
        'wire.py': model(calls),
        'build.sh': `echo x >> ${builds}; mkdir -p out/empty __pycache__; echo made > out/made.txt; ln -s made.txt out/latest; echo other > __pycache__/other.nbi\n`,
        'pyproject.toml': declaring(...dependencies) + warmUp,
      });
      const one = await instance(folder);
      const other = await instance(folder);
      try {
        const stored = await keep(one, bundle);
        assert.match(stored?.id ?? '', /^[0-9a-f]{32}$/);
        assert.ok((stored?.size ?? 0) > 0);
        assert.equal((await keep(one, bundle))?.size, undefined, 'it is stored once');
        index.answers = () => 500;
        const there = await elsewhere(bundle);
        const reports = [];
        for (const [at, on] of [
          [one, bundle],
          [other, there],
          [other, there],
        ] as const) {
          const environment = await at.environments.forBundle(on);
          reports.push(await at.runner.run('', { bundle: on, environment }));
        }
        for (const { outcome, reason, outputs, attestation } of reports) {
          assert.equal(outcome, 'succeeded', reason);
          assert.deepEqual(JSON.parse(outputs.found ?? ''), [
            'made by model.warm/up',
            'made by model.warm/up',
          ]);
          assert.deepEqual([outputs.made, outputs.link], ['made\n', 'made.txt']);
          assert.equal(outputs.times, reports[0]?.outputs.times, 'files have the same times');
          for (const name of ['build', 'warm_up'] as const) {
            assert.match(attestation?.[name] ?? '', /^sha256:[0-9a-f]{64}$/);
            assert.equal(attestation?.[name], reports[0]?.attestation?.[name]);
          }
        }
        assert.equal(await readFile(builds, 'utf8'), 'x\n');
        assert.deepEqual((await readFile(calls, 'utf8')).trimEnd().split('\n'), [
          'model.warm/up',
          ...Array(3).fill('models.test/baseline'),
        ]);
        assert.deepEqual([...one.warnings, ...other.warnings], []);
      } finally {
        index.answers = () => 'well';
        await one.runner.close();
        await other.runner.close();
      }
    });

  test('a path of its environment is mended in text, and in what is compiled makes it build here', async () => {
    const folder = await make();
    const one = await instance(folder);
    const other = await instance(folder);
    try {
      for (const [code, warned] of [
        ['print(sys.prefix)', []],
        [
          'sys.stdout.write(sys.prefix + chr(0))',
          [/names the place of its environment in what is compiled.*where/],
        ],
      ] as const) {
        const bundle = await bundleOf({
          'build.sh': `python -c 'import sys; ${code}' > where\n`,
          'pyproject.toml': declaring('mopsdep==1.0'),
        });
        await keep(one, bundle);
        other.warnings.length = 0;
        const { python: inside, builtBundle } = await other.environments.forBundle(await elsewhere(bundle));
        assert.equal(
          (await readFile(join(builtBundle?.path ?? '', 'where'), 'utf8')).replace(/[\0\n]$/, ''),
          dirname(dirname(inside)),
        );
        assert.equal(other.warnings.length, warned.length, other.warnings.join());
        for (const [at, said] of warned.entries()) assert.match(other.warnings[at] ?? '', said);
      }
    } finally {
      await one.runner.close();
      await other.runner.close();
    }
  });
});

test('what is damaged in the store is told and made here, and stored anew when that is asked for', async () => {
  const folder = await make();
  const one = await instance(folder);
  const [other, third] = [await instance(folder), await instance(folder)];
  try {
    const bundle = await bundleOf({
      'build.sh': 'echo made > made.txt\n',
      'pyproject.toml': '[tool.modelops]\nbuild = "sh build.sh"\n',
    });
    const stored = await keep(one, bundle);
    const manifest = JSON.parse(
      await readFile(join(folder, 'blobs', ...(stored?.digest ?? '').split(':')), 'utf8'),
    );
    const file = join(folder, 'blobs', ...manifest.layers[0].digest.split(':'));
    const whole = await readFile(file);
    await run('chmod', ['u+w', file]);
    await writeFile(file, whole.subarray(0, whole.length >> 1));
    const made = async (at: Instance) =>
      readFile(join((await at.environments.forBundle(bundle)).builtBundle?.path ?? '', 'made.txt'), 'utf8');
    assert.equal(await made(other), 'made\n');
    assert.equal(other.warnings.length, 1);
    assert.match(other.warnings[0] ?? '', /its build command.*ends after.*made here instead.*--repair/);
    await keep(one, bundle, true);
    assert.equal(await made(third), 'made\n');
    assert.deepEqual(third.warnings, []);
  } finally {
    for (const { runner } of [one, other, third]) await runner.close();
  }
});

/** Packs what a program says into a tar, as anybody may who can write to the store. */
async function tarOf(statements: string): Promise<Buffer> {
  const file = join(await make(), 'evil.tar');
  const code = `
import io, json, platform, sys, sysconfig, tarfile
tar = tarfile.open(sys.argv[1], "w", format=tarfile.PAX_FORMAT)
def add(name, data=b"", **facts):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in facts.items(): setattr(info, key, value)
    tar.addfile(info, io.BytesIO(data))
def link(name, target): add(name, type=tarfile.SYMTYPE, linkname=target)
about = {"format": 1, "soabi": sysconfig.get_config_var("SOABI"), "libc": list(platform.libc_ver()), "prefix": sys.prefix, "base": "/was"}
def begin(**more): add("folder.json", json.dumps({**about, **more}).encode())
${statements}
tar.close()
`;
  await run(python, ['-c', code, file]);
  return readFile(file);
}

const elsewhereRefused = /leads elsewhere/;
for (const [what, statements, said] of [
  ['a path that leaves it', 'begin(); add("../evil", b"x")', elsewhereRefused],
  ['a path that leaves it further on', 'begin(); add("bundle/../../evil", b"x")', elsewhereRefused],
  ['an absolute path', 'begin(); add("/tmp/mops-evil", b"x")', elsewhereRefused],
  ['a link to an absolute path', 'begin(); link("bundle/a", "/etc/passwd")', elsewhereRefused],
  ['a link that leaves it', 'begin(); link("bundle/a", "../../evil")', elsewhereRefused],
  [
    'a link that leaves it by another link',
    'begin(); add("bundle/x/y/z", b"x"); link("bundle/x/y/d", "../.."); link("e", "bundle/x/y/d/../../evil")',
    elsewhereRefused,
  ],
  ['a file behind a link', 'begin(); link("bundle/a", "b"); add("bundle/a/c", b"x")', /twice/],
  [
    'a hard link',
    'begin(); add("a", type=tarfile.LNKTYPE, linkname="/etc/passwd")',
    /something else than a file/,
  ],
  ['a device', 'begin(); add("a", type=tarfile.CHRTYPE)', /something else than a file/],
  ['a file twice', 'begin(); add("a", b"x"); add("a", b"y")', /twice/],
  ['a file that is a folder, too', 'begin(); add("a", b"x"); add("a/b", b"y")', /twice/],
  [
    'a file of another bundle',
    'begin(); add("bundle/none", pax_headers={"MODELOPS.pushed": "1"})',
    /a file of another bundle in it: bundle\/none/,
  ],
  [
    'a file of the bundle that is a link',
    'begin(); add("bundle/secret", pax_headers={"MODELOPS.pushed": "1"})',
    /a file of another bundle in it: bundle\/secret/,
  ],
  ['another first member', 'add("a", b"x"); begin()', /is not a packed folder/],
  ['nothing', '', /is not a packed folder/],
  ['another Python', 'begin(soabi="cpython-27")', /is for another Python \(cpython-27, here it is /],
  [
    'a newer C library',
    'begin(libc=[platform.libc_ver()[0], "999.1"])',
    /was made with .*999\.1, and here is /,
  ],
  [
    'another Python of all bundles',
    'begin(prefix="/was")',
    /was made with the Python in \/was, here it is in /,
  ],
  ['another form', 'begin(format=2)', /of a form that is not known here/],
] as const) {
  test(`an archive with ${what} is refused, and nothing of it stays`, async () => {
    const warnings: string[] = [];
    const [packed, folder] = [await tarOf(statements), await make()];
    const path = await make();
    await run('ln', ['-s', '/etc/passwd', join(path, 'secret')]);
    const { fetch } = createKeptFolders({
      open: async () => ({
        name: 'the store',
        find: async () => undefined,
        read: async (_name, use) => use(await storedTar(packed), 'sha256:0'),
        put: () => assert.fail(),
      }),
      warn: (sentence) => void warnings.push(sentence),
    });
    const into = join(folder, 'inside', 'made');
    const environment = bareEnvironment(python, '3.11.0');
    const made = { what: 'its build command', bundle: bareBundle(path), environment };
    assert.equal(await fetch(made, into), false);
    assert.match(warnings.join(), said);
    await assert.rejects(stat(into));
    assert.deepEqual((await run('ls', [folder])).stdout, 'inside\n');
    await assert.rejects(stat('/tmp/mops-evil'));
  });
}
