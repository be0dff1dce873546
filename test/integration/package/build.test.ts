import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const temporaryFolder = temporaryFolders();

/** Says at once what it was built with, and for each line of its input what a process says that it starts then. */
const main = (answer: string) => `#!/usr/bin/env node
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { keepBuild } from '../package/keep-build.js';
import { packageRoot } from '../package/package-root.js';
const say = () => console.log('${answer}', readFileSync(join(packageRoot, 'src', 'model.py'), 'utf8').trim());
if (process.argv[2] === 'stay') {
  keepBuild();
  say();
  const again = () => process.stdout.write(execFileSync(process.execPath, [fileURLToPath(import.meta.url)]));
  createInterface(process.stdin).on('line', again);
} else say();
`;

/** A checkout with a CLI of a few lines. */
async function checkout() {
  const folder = await temporaryFolder({
    'package.json': '{"type":"module"}',
    'host.json': '{}',
    'src/model.py': 'old Python',
    'src/cli/main.ts': main('old code,'),
    'functions/main.ts': 'declare const bundleOfApp: string;\nconsole.log(bundleOfApp);\n',
    'functions/register.ts':
      "import { packageRoot } from '../src/package/package-root.js';\nconsole.log(packageRoot);\n",
    'src/results/stored/main.ts': 'console.log("tables");\n',
    'src/results/report/page/main.ts': 'document.title = "report";\n',
    'src/results/report/page/style.css': '',
  });
  const pageSettings = join('src', 'results', 'report', 'page', 'tsconfig.json');
  cpSync(join(packageRoot, pageSettings), join(folder, pageSettings));
  cpSync(join(packageRoot, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  for (const name of [
    'build.mjs',
    'builds.mjs',
    'bundle.mjs',
    'setup.mjs',
    'keep-build.ts',
    'package-root.ts',
  ])
    cpSync(join(packageRoot, 'src', 'package', name), join(folder, 'src', 'package', name));
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  const bin = await temporaryFolder({ 'npm*': '#!/bin/sh\necho "npm $*"\n' });
  const script = (name: string) =>
    execa(process.execPath, [join(folder, 'src', 'package', name)], {
      cwd: folder,
      env: { PATH: [bin, process.env.PATH].join(delimiter) },
      reject: false,
      all: true,
      timeout: 120_000,
    });
  const cli = join(folder, 'dist', 'cli', 'main.js');
  return {
    folder,
    cli,
    dist: join(folder, 'dist'),
    builds: join(folder, '.builds'),
    write: (path: string, text: string) => writeFileSync(join(folder, path), text),
    build: () => script('build.mjs'),
    /** With an npm that only says that it was asked. */
    setup: () => script('setup.mjs'),
  };
}

async function stay(cli: string) {
  const child = spawn(process.execPath, [cli, 'stay'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<unknown> => (await lines.next()).value;
  return {
    pid: child.pid,
    first: await line(),
    ask: () => {
      child.stdin.write('\n');
      return line();
    },
    async end() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

describe('npm run build', () => {
  it('builds nothing when nothing has changed, and again when anything has', async () => {
    const { build, dist, write } = await checkout();
    const built = async () => {
      assert.equal((await build()).exitCode, 0);
      return readlinkSync(dist);
    };
    const first = await built();
    const written = readFileSync(join(dist, 'cli', 'main.js'));
    assert.equal(await built(), first);
    write('src/model.py', 'new Python');
    const second = await built();
    assert.notEqual(second, first);
    write('src/model.py', 'old Python');
    assert.equal(await built(), first);
    assert.deepEqual(readFileSync(join(dist, 'cli', 'main.js')), written);
  });

  it('leaves what runs the code, the Python and the children that it began with', async () => {
    const { build, cli, write } = await checkout();
    await build();
    const running = await stay(cli);
    assert.equal(running.first, 'old code, old Python');
    write('src/cli/main.ts', main('new code,'));
    write('src/model.py', 'new Python');
    await build();
    assert.equal((await execa(cli)).stdout, 'new code, new Python');
    assert.equal(await running.ask(), 'old code, old Python');
    await running.end();
  });

  it('leaves no moment without a program that can be run', async () => {
    const { build, cli, write } = await checkout();
    await build();
    for (const answer of ['1', '2']) {
      write('src/cli/main.ts', main(answer));
      let over = false;
      const building = build().finally(() => {
        over = true;
      });
      while (!over) {
        // As a shell would: the file itself.
        const { stdout } = await execa(cli);
        assert.match(stdout, /old Python$/);
      }
      assert.equal((await building).exitCode, 0);
      assert.equal((await execa(cli)).stdout, `${answer} old Python`);
    }
  });

  it('takes the place of a dist that is a folder', async () => {
    const { folder, build, cli } = await checkout();
    cpSync(join(folder, 'src'), join(folder, 'dist'), { recursive: true });
    await build();
    assert.equal((await execa(cli)).stdout, 'old code, old Python');
  });

  it('leaves the build as it was when the code does not compile', async () => {
    const { build, builds, cli, write } = await checkout();
    await build();
    write('src/cli/main.ts', 'const text: string = 1;');
    const { exitCode, all } = await build();
    assert.equal(exitCode, 1);
    assert.match(all, /src\/cli\/main\.ts\b[\s\S]*not assignable/);
    assert.equal((await execa(cli)).stdout, 'old code, old Python');
    assert.equal(readdirSync(builds).length, 1, 'what was not finished is gone');
  });

  it('removes old builds, but none from which something runs', async () => {
    const { build, builds, cli, write } = await checkout();
    await build();
    const [first = ''] = readdirSync(builds);
    const running = await stay(cli);
    const rebuilt = async (text: string) => {
      write('src/model.py', text);
      for (const name of readdirSync(builds)) utimesSync(join(builds, name), 0, 0);
      await build();
      return readdirSync(builds);
    };
    assert.ok((await rebuilt('second')).includes(first));
    await running.end();
    assert.deepEqual((await rebuilt('third')).length, 1);
    assert.ok(!existsSync(join(builds, first)));
  });
});

describe('npm run setup', () => {
  const lock = (...packages: [path: string, about: object][]) =>
    JSON.stringify({ packages: Object.fromEntries([['', { name: 'its own' }], ...packages]) });
  const tool = (version: string) =>
    ['node_modules/tool', { version, integrity: `of ${version}` }] as [string, object];
  const elsewhere = ['node_modules/other-platform', { version: '1', optional: true }] as [string, object];

  /** A checkout with packages of its own, as npm has written them down. */
  async function installed(...packages: [string, object][]) {
    const its = await checkout();
    its.write('package-lock.json', lock(tool('1'), elsewhere));
    rmSync(join(its.folder, 'node_modules'));
    mkdirSync(join(its.folder, 'node_modules'));
    its.write('node_modules/.package-lock.json', lock(...packages));
    return its;
  }

  it('installs nothing when everything is there, however new the lock file is', async () => {
    const { folder, setup } = await installed(tool('1'));
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(folder, 'package-lock.json'), later, later);
    assert.deepEqual(pick(await setup()), [0, '']);
  });

  for (const [what, packages] of [
    ['another version', [tool('2')]],
    ['one package less', []],
    ['one package more', [tool('1'), ['node_modules/old', { version: '1' }]]],
  ] as [string, [string, object][]][]) {
    it(`installs where there is ${what}`, async () => {
      const { setup } = await installed(...packages);
      assert.deepEqual(pick(await setup()), [
        0,
        'npm ci --ignore-scripts --no-audit --no-fund --loglevel=error',
      ]);
    });
  }

  it('does not empty a folder that it only has a link to', async () => {
    const { folder, setup, write } = await checkout();
    write('package-lock.json', lock(tool('1')));
    const { exitCode, all } = await setup();
    assert.equal(exitCode, 1);
    assert.match(
      all,
      /^Cannot install .*: node_modules leads to .*, which would be emptied for all who use it\./,
    );
    assert.ok(existsSync(join(folder, 'node_modules', 'typescript')));
  });

  it('does not replace packages under something that runs', async () => {
    const { folder, build, builds, setup } = await installed(tool('2'));
    rmSync(join(folder, 'node_modules'), { recursive: true });
    symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
    await build();
    rmSync(join(folder, 'node_modules'));
    const [name = ''] = readdirSync(builds);
    mkdirSync(join(builds, name, 'in-use'));
    writeFileSync(join(builds, name, 'in-use', String(process.pid)), '');
    const { exitCode, all } = await setup();
    assert.equal(exitCode, 1);
    assert.match(all, new RegExp(`^Cannot install .*: process ${process.pid} runs with those`));
    rmSync(join(builds, name, 'in-use'), { recursive: true });
    assert.match((await setup()).all, /^npm ci/);
  });
});

function pick({ exitCode, all }: { exitCode?: number | undefined; all: string }) {
  return [exitCode, all];
}
