import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { isBuiltin } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { startLocalHost } from '../../src/local-host/start-local-host.js';
import { packageRoot } from '../../src/package/package-root.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { infraFolder } from './infra-folder.js';
import { readDockerfile } from './read-dockerfile.js';

const temporaryFolder = temporaryFolders();
const image = (script: string) => join(infraFolder, 'image', script);
const commands = readDockerfile().filter(({ keyword }) => keyword === 'RUN');

describe('the steps of the Dockerfile', () => {
  it('build an app from what they copy that needs no package beside it', async () => {
    const [build, image] = [await temporaryFolder(), await temporaryFolder()];
    for (const { text } of readDockerfile().filter(
      ({ keyword, stage }) => keyword === 'COPY' && stage === 'build',
    )) {
      for (const source of text.split(/\s+/).slice(0, -1))
        cpSync(join(packageRoot, source), join(build, source), { recursive: true });
    }
    symlinkSync(join(packageRoot, 'node_modules'), join(build, 'node_modules'));
    const builds = commands.filter(({ text, stage }) => stage === 'build' && !text.startsWith('npm ci'));
    assert.equal(builds.length, 1);
    for (const { text } of builds) execFileSync('sh', ['-c', text], { cwd: build });

    for (const { text } of readDockerfile().filter(({ text }) => text.startsWith('--from=build '))) {
      for (const source of text.split(/\s+/).slice(1, -1)) {
        const path = source.replace(/^\/app\//, '');
        cpSync(join(build, path), join(image, path), { recursive: true });
      }
    }
    const said: string[] = [];
    const host = await startLocalHost({
      appFolder: image,
      env: { PATH: process.env.PATH },
      logger: (_level, text) => void said.push(text),
    });
    try {
      // It was given no storage account, and tells so in its own words.
      const health = await fetch(`${host.url}${host.routes.health}`);
      assert.deepEqual([health.status, await health.json()], [503, { status: 'unhealthy' }], said.join('\n'));
    } finally {
      await host.stop();
    }
    // Nor will it ask for one later: for stores, telemetry, identities.
    const app = join(image, 'dist', 'app');
    const bundle = readdirSync(app).find((name) => /^register-\w+\.js$/.test(name)) ?? '';
    const asked = readFileSync(join(app, bundle), 'utf8').matchAll(/\b__require\("([^"]+)"\)/g);
    const packages = [...asked].map(([, name = '']) => name).filter((name) => !isBuiltin(name));
    assert.deepEqual(packages, ['@azure/functions-core']);

    // What makes tables is a process of its own, which has all that it needs beside it, and is told here nothing to do.
    const maker = spawnSync(process.execPath, ['main.js'], {
      cwd: join(app, 'tables'),
      env: { PATH: process.env.PATH },
      input: '',
      encoding: 'utf8',
    });
    assert.match(maker.stderr, /Unexpected end of JSON input/);

    // Its settings let the app be loaded whole: what it refused, it would not have compiled.
    const compile = commands.find(({ text }) => / node dist\/app\/main\.js /.test(text))?.text ?? '';
    const { status, stderr } = spawnSync('sh', ['-c', compile.replaceAll('/tmp/', `${image}/`)], {
      cwd: image,
      env: { PATH: process.env.PATH },
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /Cannot|No tasks are taken/);
    assert.deepEqual(readdirSync(join(app, 'compiled')), [`${bundle}.of-loading`]);
  });

  it('install the Pythons that are asked for, the first one as python3', async () => {
    const uv = `#!/bin/sh
shift 2
for version in "$@"; do
  minor=$(echo "$version" | cut -d . -f 1-2)
  printf '#!/bin/sh\\necho "Python %s"\\n' "$version" > "$UV_PYTHON_BIN_DIR/python$minor"
  chmod +x "$UV_PYTHON_BIN_DIR/python$minor"
done
`;
    const folder = await temporaryFolder({ 'uv/uv*': uv, 'bin/.keep': '' });
    const env = { PATH: `${join(folder, 'uv')}:${process.env.PATH}`, UV_PYTHON_BIN_DIR: join(folder, 'bin') };
    const install = (...versions: string[]) =>
      spawnSync(image('install-pythons.sh'), versions, { env, encoding: 'utf8' });
    assert.equal(install('3.12.4', '3.11').stdout, 'Python 3.12.4\n');
    assert.ok(existsSync(join(folder, 'bin', 'python3.11')));
    assert.match(install().stderr, /no version is given/);
  });

  it('install the packages of a model into the Python that tasks use, and none when none are asked for', async () => {
    const uv = '#!/bin/sh\necho "uv $*, $PYC_INVALIDATION_MODE"\n';
    const folder = await temporaryFolder({
      'uv/uv*': uv,
      'none.txt': '# nothing\n\n',
      'some.txt': '# a model\nnumpy==2.1.0\n',
    });
    const env = { PATH: `${join(folder, 'uv')}:${process.env.PATH}`, UV_PYTHON_BIN_DIR: '/opt/python/bin' };
    const install = (file: string) =>
      spawnSync(image('install-packages.sh'), [file], { env, encoding: 'utf8', cwd: folder }).stdout;
    assert.equal(install('none.txt'), 'No packages are asked for.\n');
    const [installed = '', checked = ''] = install('some.txt').split('\n');
    assert.match(
      installed,
      /^uv pip install --python \/opt\/python\/bin\/python3 .* --requirement some\.txt, UNCHECKED_HASH$/,
    );
    assert.match(checked, /^uv pip check --python \/opt\/python\/bin\/python3/);
    assert.equal(install(image('requirements.txt')), 'No packages are asked for.\n');
  });

  it('ask the app for its health', async () => {
    let status = 200;
    const server = createServer((_, response) => response.writeHead(status).end('{"status":"…"}')).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => server.once('listening', resolve));
    const PORT = String((server.address() as AddressInfo).port);
    const ask = () => execa('node', [image('check-health.mjs')], { env: { PORT }, reject: false });
    assert.equal((await ask()).exitCode, 0);
    status = 503;
    const unhealthy = await ask();
    assert.equal(unhealthy.exitCode, 1);
    assert.match(unhealthy.stderr, /answered 503/);
    await new Promise((resolve) => server.close(resolve));
    assert.match((await ask()).stderr, /did not answer: .*ECONNREFUSED/);
  });
});
