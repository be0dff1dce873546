import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { validate } from 'dockerfile-utils';
import { run as lint } from 'dockerfilelint';
import ignore from 'ignore';
import { packageRoot } from '../../src/package/package-root.js';
import { defaultUsers } from '../../src/runner/process/sandbox.js';
import { infraFolder } from './infra-folder.js';
import { dockerfile, readDockerfile, withImages } from './read-dockerfile.js';

const instructions = readDockerfile();
const of = (keyword: string, stage?: string) =>
  instructions.filter((each) => each.keyword === keyword && (!stage || each.stage === stage));
// In .dockerignore a star stands for names without a slash; in what reads it here, for names at any depth.
const ignored = ignore().add(
  readFileSync(join(packageRoot, '.dockerignore'), 'utf8').replaceAll('\n*\n', '\n/*\n'),
);
const scripts = readdirSync(join(infraFolder, 'image')).filter((file) => file.endsWith('.sh'));

describe('the Dockerfile', () => {
  it('is valid, and follows the rules of the linter', () => {
    assert.deepEqual(validate(dockerfile), []);
    // The linter cannot read the name of an option with a hyphen.
    assert.deepEqual(lint('.', withImages(dockerfile).replace(' --start-period=120s', '')), []);
  });

  it('pins the images that it is built from', () => {
    for (const { text } of of('FROM')) {
      const image = text.split(' ')[0] ?? '';
      assert.match(image, /^\S+:[\w.-]*\d+\.\d+[\w.-]*$|^\S+:[\w.-]+@sha256:[0-9a-f]{64}$/, image);
      assert.doesNotMatch(image, /:latest/);
      // Docker Hub, which the builds of a registry in Azure must share with others, gives by address.
      assert.match(image, /^(mcr\.microsoft\.com|ghcr\.io)\//, image);
    }
  });

  it('keeps no cache of a package manager', () => {
    for (const { text, stage } of of('RUN')) {
      if (/apt-get/.test(text)) assert.match(text, /--no-install-recommends.*rm -rf \/var\/lib\/apt\/lists/);
      if (stage === 'final') assert.doesNotMatch(text, /\b(npm|uv|pip|curl|wget)\b/);
    }
    assert.match(of('ENV', 'python')[0]?.text ?? '', /UV_NO_CACHE=1/);
  });

  it('lets SIGTERM arrive: what runs is started without a shell, below a first process that passes signals on', () => {
    const [entry] = of('ENTRYPOINT');
    assert.deepEqual(JSON.parse(entry?.text ?? ''), ['/usr/bin/tini', '--', '/opt/modelops/run-host.sh']);
    assert.deepEqual(JSON.parse(of('CMD')[0]?.text ?? ''), []);
    assert.match(
      of('RUN', 'final')
        .map(({ text }) => text)
        .join('\n'),
      /apt-get install .* tini/,
    );
  });

  it('has labels, a check of health and names for the users of simulations', () => {
    assert.match(of('LABEL')[0]?.text ?? '', /title=.*description=.*version=.*revision=/);
    assert.match(of('HEALTHCHECK')[0]?.text ?? '', /CMD \["node", "\/opt\/modelops\/check-health\.mjs"\]$/);
    assert.match(
      of('RUN', 'final')
        .map(({ text }) => text)
        .join('\n'),
      new RegExp(`^seq ${defaultUsers.first} ${defaultUsers.last} \\| awk .*/etc/passwd`, 'm'),
    );
  });

  it('finds all that it copies, and nothing else is sent to the builder', () => {
    for (const { text } of of('COPY').filter(({ text: args }) => !args.includes('--from='))) {
      for (const source of text.split(/\s+/).slice(0, -1)) {
        assert.ok(existsSync(join(packageRoot, source)), source);
        assert.ok(!ignored.ignores(source), `${source} is in .dockerignore`);
      }
    }
    for (const path of [
      '.git/config',
      'node_modules/zod/index.js',
      'test/unit/x.ts',
      'local.settings.json',
      '.env',
      'dist/a.js',
    ])
      assert.ok(ignored.ignores(path), path);
    assert.ok(ignored.ignores('src/runner/python/__pycache__/a.pyc'));
  });

  it('copies scripts that can be executed and that bash and sh can read', () => {
    for (const script of scripts) {
      const path = join(infraFolder, 'image', script);
      const shell = readFileSync(path, 'utf8').includes('env bash') ? 'bash' : 'sh';
      assert.equal(spawnSync(shell, ['-n', path]).status, 0, script);
      assert.equal(spawnSync('test', ['-x', path]).status, 0, script);
    }
  });

  it('copies scripts that ShellCheck finds nothing wrong with', {
    skip: spawnSync('shellcheck', ['--version']).error ? "needs Debian's shellcheck" : false,
  }, () => {
    const { stdout } = spawnSync('shellcheck', scripts, {
      cwd: join(infraFolder, 'image'),
      encoding: 'utf8',
    });
    assert.equal(stdout, '');
  });
});
