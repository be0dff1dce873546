import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
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
import { join } from 'node:path';
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
    'functions/.keep': '',
  });
  cpSync(join(packageRoot, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  for (const name of ['build.mjs', 'keep-build.ts', 'package-root.ts'])
    cpSync(join(packageRoot, 'src', 'package', name), join(folder, 'src', 'package', name));
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  const cli = join(folder, 'dist', 'src', 'cli', 'main.js');
  return {
    folder,
    cli,
    dist: join(folder, 'dist'),
    builds: join(folder, '.builds'),
    write: (path: string, text: string) => writeFileSync(join(folder, path), text),
    build: (...args: string[]) =>
      execa(process.execPath, [join(folder, 'src', 'package', 'build.mjs'), ...args], {
        cwd: folder,
        reject: false,
        all: true,
        timeout: 120_000,
      }),
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
    const written = readFileSync(join(dist, 'src', 'cli', 'main.js'));
    assert.equal(await built(), first);
    write('src/model.py', 'new Python');
    const second = await built();
    assert.notEqual(second, first);
    write('src/model.py', 'old Python');
    assert.equal(await built(), first);
    assert.deepEqual(readFileSync(join(dist, 'src', 'cli', 'main.js')), written);
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
    const { all, exitCode } = await build('--packages');
    assert.equal(exitCode, 1);
    assert.match(all, new RegExp(`^Cannot install packages: .* process ${running.pid} runs`));
    await running.end();
    assert.equal((await build('--packages')).exitCode, 0);
    assert.deepEqual((await rebuilt('third')).length, 1);
    assert.ok(!existsSync(join(builds, first)));
  });
});
