import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import { openEnvironmentStore } from '../../../src/bundles/open-environment-store.js';
import { unpackEnvironment } from '../../../src/environments/artifact/unpack-environment.js';
import { unpackWithPython } from '../../../src/environments/artifact/unpack-with-python.js';
import { projectFiles } from '../../fixtures/environments/project-files.js';
import { storedTar } from '../../fixtures/environments/stored-tar.js';
import {
  bundleOf,
  index,
  left,
  make,
  options,
  project,
  python,
  run,
  stand,
  versions,
  withUv,
} from './build-stand.js';

after(() => {
  index.answers = () => 'well';
});

/** A store in a folder of its own, and what was said of it. */
async function storeIn(folder: string) {
  const warnings: string[] = [];
  const store = {
    open: async () => openEnvironmentStore(createFolderStore(folder)),
    warn: (sentence: string) => void warnings.push(sentence),
  };
  return { store, warnings };
}

/** A bundle whose environment is in a store, built on another machine. */
async function kept(requirement = 'mopstool==1.0') {
  const folder = await make();
  const bundle = await bundleOf({ 'pyproject.toml': project(requirement) });
  const there = await stand({ store: (await storeIn(folder)).store });
  const environment = await there.environments.keep(bundle, { again: false });
  assert.ok(environment);
  return { folder, bundle, environment, there };
}

const blob = (folder: string, digest: string) => join(folder, 'blobs', ...digest.split(':'));
/** The file of an environment in a store. */
async function fileOf(folder: string, digest: string): Promise<string> {
  const { layers } = JSON.parse(await readFile(blob(folder, digest), 'utf8'));
  return blob(folder, layers[0].digest);
}
/** The list of the files of an installed distribution. */
async function recordOf(environment: string, distInfo: string): Promise<string> {
  const [python = ''] = await readdir(join(environment, 'lib'));
  return join(environment, 'lib', python, 'site-packages', distInfo, 'RECORD');
}
const offline = async <T>(work: () => Promise<T>): Promise<T> => {
  index.answers = () => 500;
  try {
    return await work();
  } finally {
    index.answers = () => 'well';
  }
};

withUv(() => {
  test('an environment that was built ahead is fetched, scripts and bytecode with it, without any index', async () => {
    const { folder, bundle, environment } = await kept();
    const { store, warnings } = await storeIn(folder);
    const here = await stand({ store });
    index.asked.length = 0;
    const { python: inside } = await offline(() => here.environments.forBundle(bundle));
    assert.deepEqual([index.asked, warnings], [[], []]);
    assert.deepEqual(await left(here.folder), ['id']);
    assert.ok(inside.startsWith(here.folder));
    const script = join(dirname(inside), 'mopstool');
    assert.equal((await run(script)).stdout, 'tool\n');
    const mark = JSON.parse(await readFile(join(here.folder, environment.id, 'cold-functions.json'), 'utf8'));
    assert.equal(mark.fetched, environment.digest);
    assert.equal(mark.distributions.mopstool, '1.0');
    const { stderr } = await run(inside, ['-I', '-B', '-v', '-c', 'import mopstool']);
    assert.match(stderr, /code object from '[^']*mopstool[^']*\.pyc'/);
  });

  test('blank lines in a RECORD are none of its files, and a size that is no number is that of no file', async () => {
    const { folder, bundle, environment, there } = await kept();
    const record = await recordOf(join(there.folder, environment.id), 'mopstool-1.0.dist-info');
    const text = await readFile(record, 'utf8');
    for (const [written, said] of [
      [`\n${text.replace('\n', '\n\n')}\n`, []],
      [
        text.replace(/^(mopstool\/__init__\.py,.*,)\d+$/m, '$1x'),
        [/mopstool\/__init__\.py is not what was installed/],
      ],
    ] as const) {
      assert.notEqual(written, text);
      await writeFile(record, written);
      await there.environments.keep(bundle, { again: true });
      const { store, warnings } = await storeIn(folder);
      const here = await stand({ store });
      await here.environments.forBundle(bundle);
      assert.equal(warnings.length, said.length, warnings.join());
      for (const [at, sentence] of said.entries()) assert.match(warnings[at] ?? '', sentence);
    }
  });

  test('a bundle that is a project, without any dependency, is installed in it', async () => {
    const folder = await make();
    const bundle = await bundleOf(projectFiles());
    const there = await stand({ store: (await storeIn(folder)).store });
    await there.environments.keep(bundle, { again: false });
    const { store, warnings } = await storeIn(folder);
    const here = await stand({ store });
    const { python: inside, project: own } = await offline(() => here.environments.forBundle(bundle));
    assert.deepEqual([own, warnings], ['mopsproject', []]);
    await run(inside, ['-I', '-c', 'import mopsproject.entry']);
  });

  test('one that does not come whole, or is not what was stored, is told, and built from what the bundle declares', async () => {
    const { folder, bundle, environment } = await kept('mopsdep==1.1');
    const file = await fileOf(folder, environment.digest);
    const whole = await readFile(file);
    const other = Buffer.from(whole);
    other[other.length >> 1] = (other[other.length >> 1] ?? 0) ^ 0xff;
    await chmod(file, 0o644);
    for (const [content, said] of [
      [whole.subarray(0, whole.length >> 1), /ends after \d+ of \d+ bytes/],
      [Buffer.concat([whole, Buffer.from('more')]), /is longer than/],
      [other, /has the digest|not a whole tar|incorrect|invalid|unexpected|refused|could not be unpacked/],
      [undefined, /a file that is not there/],
    ] as const) {
      if (content === undefined) await rm(file);
      else await writeFile(file, content);
      const { store, warnings } = await storeIn(folder);
      const here = await stand({ store });
      const { python: inside } = await here.environments.forBundle(bundle);
      assert.equal(await versions(inside, 'mopsdep'), '1.1');
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', said);
      assert.match(
        warnings[0] ?? '',
        new RegExp(`Cannot use the environment ${environment.id} .*built here`),
      );
      assert.deepEqual(await left(here.folder), ['id', 'id.log', 'id.resolved.txt']);
    }
    const again = await stand({ store: (await storeIn(folder)).store });
    await again.environments.keep(bundle, { again: true });
    const { store, warnings } = await storeIn(folder);
    const mended = await stand({ store });
    await offline(() => mended.environments.forBundle(bundle));
    assert.deepEqual(warnings, []);
  });

  test('a store that is out of reach keeps nothing from being built', async () => {
    const warnings: string[] = [];
    const bundle = await bundleOf({ 'pyproject.toml': project('mopsdep==1.0') });
    const { environments } = await stand({
      store: {
        open: () => Promise.reject(new Error('no route')),
        warn: (sentence) => void warnings.push(sentence),
      },
    });
    assert.equal(await versions((await environments.forBundle(bundle)).python, 'mopsdep'), '1.0');
    assert.match(warnings.join(), /no route/);
  });

  const program = fileURLToPath(new URL('../../fixtures/environments/fetch-one.js', import.meta.url));
  for (const share of [0, 0.5, 1]) {
    test(`one that is killed when ${share * 100} % have come leaves nothing that the next one takes for whole`, async () => {
      const { folder: storeFolder, bundle } = await kept('mopsdep==1.0');
      const venvsFolder = join(await make(), 'venvs');
      const build = { ...options(), indexUrl: index.url, extraIndexUrls: [], fresh: false, retry: false };
      const request = { python, venvsFolder, build, bundle, storeFolder };
      const start = (more: object) =>
        spawn(process.execPath, [program, JSON.stringify({ ...request, ...more })], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
      const first = start({ share });
      for await (const line of createInterface(first.stdout)) {
        assert.equal(line, 'stopped');
        first.kill('SIGKILL');
      }
      const second = start({});
      const lines: string[] = [];
      for await (const line of createInterface(second.stdout)) lines.push(line);
      assert.equal(await versions(lines[0] ?? '', 'mopsdep'), '1.0');
      assert.deepEqual(await left(venvsFolder), ['id']);
    });
  }
});

test('an environment is stored once, and an empty one is none', async () => {
  const { folder, bundle, there } = await kept('mopsdep==2.0');
  const again = await there.open().keep(bundle, { again: false });
  assert.equal(again?.size, undefined);
  assert.deepEqual(await createFolderStore(folder).list(), []);
  assert.equal(await there.environments.keep(await bundleOf({}), { again: false }), undefined);
});

test('what a Python cannot expand, Node does', async () => {
  for (const [expands, bytes] of [
    [true, 'compressed'],
    [false, 'expanded'],
  ] as const) {
    const says = JSON.stringify({ expands });
    const told = `printf '{"refused": null, "came": "%s"}' "$(cat)"`;
    const folder = await make({ python: `#!/bin/sh\necho '${says}'\n${told}\n` });
    await chmod(join(folder, 'python'), 0o755);
    const tar = { compressed: Readable.from(['compressed']), expanded: Readable.from(['expanded']) };
    const Told = z.object({ refused: z.null(), came: z.string() });
    assert.equal((await unpackWithPython(tar, join(folder, 'python'), [], Told)).came, bytes);
  }
});

/** Packs what a program says into a tar, as anybody may who can write to the store. */
async function tarOf(statements: string): Promise<Buffer> {
  const file = join(await make(), 'evil.tar');
  const code = `
import io, json, platform, sys, sysconfig, tarfile
tar = tarfile.open(sys.argv[1], "w")
def add(name, data=b"", **facts):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in facts.items(): setattr(info, key, value)
    tar.addfile(info, io.BytesIO(data))
about = {"format": 2, "soabi": sysconfig.get_config_var("SOABI"), "libc": list(platform.libc_ver()), "folder": "/was", "installer": "x", "builtAt": "x"}
def begin(**more): add("environment.json", json.dumps({**about, **more}).encode())
${statements}
tar.close()
`;
  await run(python, ['-c', code, file]);
  return readFile(file);
}

for (const [what, statements, said] of [
  ['a path that leaves it', 'begin(); add("../evil", b"x")', /a path in it that leads elsewhere: \.\./],
  ['a path that leaves it further on', 'begin(); add("lib/../../evil", b"x")', /leads elsewhere/],
  ['an absolute path', 'begin(); add("/tmp/mops-evil", b"x")', /leads elsewhere/],
  [
    'a symbolic link',
    'begin(); add("lib/a", type=tarfile.SYMTYPE, linkname="/etc/passwd")',
    /something else than a file/,
  ],
  [
    'a hard link',
    'begin(); add("lib/a", type=tarfile.LNKTYPE, linkname="/etc/passwd")',
    /something else than a file/,
  ],
  ['a device', 'begin(); add("lib/a", type=tarfile.CHRTYPE)', /something else than a file/],
  ['a path through a link', 'begin(); add("lib64/a", b"x")', /leads through a link/],
  ['another interpreter', 'begin(); add("bin/python", b"x")', /belongs to this machine/],
  ['another pyvenv.cfg', 'begin(); add("pyvenv.cfg", b"x")', /belongs to this machine/],
  [
    'a file that is a folder, too',
    'begin(); add("lib/a", b"x"); add("lib/a/b", b"y")',
    /a file in it that is a folder, too: lib\/a/,
  ],
  ['a file twice', 'begin(); add("lib/a", b"x"); add("lib/a", b"y")', /twice/],
  ['another first member', 'add("lib/a", b"x"); begin()', /is not a packed environment/],
  [
    'a file of a size below zero',
    'begin(); a = tarfile.TarInfo("lib/a"); a.size = -1; tar.fileobj.write(a.tobuf(tarfile.GNU_FORMAT))',
    /is not a whole tar/,
  ],
  ['a sparse file', 'begin(); add("lib/a", type=tarfile.GNUTYPE_SPARSE)', /something else than a file/],
  [
    'a path of many characters that leaves it',
    'tar.format = tarfile.GNU_FORMAT; begin(); add("lib/" + "a/" * 80 + "../" * 90 + "evil", b"x")',
    /leads elsewhere/,
  ],
  ['nothing', '', /is not a packed environment/],
  ['another Python', 'begin(soabi="cpython-27")', /is for another Python \(cpython-27, here it is /],
  [
    'a newer C library',
    'begin(libc=[platform.libc_ver()[0], "999.1"])',
    /was made with .*999\.1, and here is /,
  ],
  ['another C library', 'begin(libc=["other", "1"])', /was made with other 1/],
  ['another form', 'begin(format=1)', /of a form that is not known here/],
] as const) {
  test(`an archive with ${what} is refused`, async () => {
    const folder = join(await make(), 'inside', 'environment');
    const packed = await tarOf(statements);
    const unpacked = unpackEnvironment(await storedTar(packed), { python, folder, final: folder });
    await assert.rejects(unpacked, said);
    assert.deepEqual(
      (await readdir(dirname(dirname(folder)))).filter((name) => name !== 'inside'),
      [],
    );
    assert.ok(!existsSync('/tmp/mops-evil'));
  });
}
