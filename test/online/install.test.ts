import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../src/package/package-root.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';

const temporaryFolder = temporaryFolders();

describe('npm install --global of a tarball', () => {
  it('makes mops-cold a command, with the packages of the lock file and no others', async (t) => {
    const folder = await temporaryFolder({
      'model/wire.py': 'def wire(entrypoint, params, seed):\n    return {"answer": "1"}\n',
    });
    const { stdout: tarball } = await execa('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: packageRoot.replace(/\/\.builds\/[^/]+$/, ''),
    });
    const options = ['--prefix', join(folder, 'prefix'), '--no-audit', '--no-fund'];
    const install = (what: string) =>
      execa('npm', ['install', '--global', ...options, what], { cwd: folder, reject: false, all: true });
    const installed = await install(join(folder, tarball));
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED/.test(installed.all)) return t.skip('There is no registry here.');
    assert.equal(installed.exitCode, 0, installed.all);
    const mops = (...args: string[]) =>
      execa(join(folder, 'prefix', 'bin', 'mops-cold'), args, { cwd: folder, reject: false, all: true });
    assert.equal((await mops('--version')).exitCode, 0);
    const task = ['--bundle', 'model', '--entrypoint', 'a.b/c'];
    const one = await mops('run', ...task, '--param', 'x=1');
    assert.equal(one.exitCode, 0, one.all);
    const without = await mops('run', ...task, '--grid', 'x=1');
    assert.equal(without.exitCode, 1, without.all);
    const advice = /`npm install --global (azurite@\d[\d.]*)`/.exec(without.all)?.[1];
    assert.ok(advice, without.all);
    const beside = await install(advice);
    assert.equal(beside.exitCode, 0, beside.all);
    const many = await mops('run', ...task, '--grid', 'x=1');
    assert.equal(many.exitCode, 0, many.all);
    const own = join(folder, 'prefix', 'lib', 'node_modules', 'modelops-cold-functions');
    const { stdout } = await execa('npm', ['ls', '--all', '--parseable', '--omit=dev'], {
      cwd: own,
      reject: false,
    });
    assert.doesNotMatch(stdout, /node_modules\/typescript$/m);
  });
});
