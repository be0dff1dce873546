import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const module = pathToFileURL(join(packageRoot, 'dist', 'src', 'worker', 'run-compiled.js')).href;
const bundle = `(async function (require, url) {
  function task() { return 'a task of ' + require('node:path').basename(url); }
  await undefined;
  if (process.argv[1] === '200') console.log(task());
})`;

/** A process that runs the bundle and ends with this code, as one that is recycled (200) or only loads the app (0). */
async function run(folder: string, code: number, ...flags: string[]): Promise<string> {
  const script = `const { runCompiled } = await import(${JSON.stringify(module)});
    await runCompiled(${JSON.stringify(join(folder, 'app-1.js'))});
    process.exit(Number(process.argv[1]));`;
  const argv = [...flags, '--input-type=module', '--eval', script, '--', String(code)];
  const { stdout, stderr, exitCode } = await execa(process.execPath, argv, { reject: false });
  assert.deepEqual([stderr, exitCode], ['', code]);
  return stdout;
}

const compiled = (folder: string) => join(folder, 'compiled');
const told = 'a task of app-1.js';

test('a worker leaves what is compiled of the app, once it has run tasks what is compiled of them', async () => {
  const folder = await make({ 'app-1.js': bundle });
  assert.equal(await run(folder, 0), '');
  assert.deepEqual(await readdir(compiled(folder)), ['app-1.js.of-loading']);
  assert.equal(await run(folder, 200), told);
  assert.deepEqual((await readdir(compiled(folder))).sort(), ['app-1.js.of-loading', 'app-1.js.of-tasks']);

  const ofTasks = join(compiled(folder), 'app-1.js.of-tasks');
  const { ino } = await stat(ofTasks);
  assert.equal(await run(folder, 200), told);
  assert.equal((await stat(ofTasks)).ino, ino, 'it was found, and yet made anew');
});

test('what a Node with other flags has compiled, or what is damaged, is not used and made anew', async () => {
  const folder = await make({ 'app-1.js': bundle });
  const ofTasks = join(compiled(folder), 'app-1.js.of-tasks');
  await run(folder, 200, '--no-opt');
  const { ino } = await stat(ofTasks);
  assert.equal(await run(folder, 200), told);
  assert.notEqual((await stat(ofTasks)).ino, ino);

  const whole = await readFile(ofTasks);
  await writeFile(ofTasks, whole.subarray(0, whole.length / 2));
  assert.equal(await run(folder, 200), told);
  assert.equal((await readFile(ofTasks)).length, whole.length);
});

test('without a folder that can be written to, each process compiles for itself', async () => {
  const folder = await make({ 'app-1.js': bundle, compiled: 'no folder' });
  assert.equal(await run(folder, 200), told);
});
