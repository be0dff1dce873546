import assert from 'node:assert/strict';
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { readBuildContext } from '../../../src/deployment/up/build-context.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const temporaryFolder = temporaryFolders();
const packages = join(packageRoot, 'node_modules');

/** This package in a folder of its own, with the packages that are here. */
async function checkout(): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of readdirSync(packageRoot))
    if (!['node_modules', 'dist', 'in-use', '.builds'].includes(name))
      cpSync(join(packageRoot, name), join(folder, name), { recursive: true });
  symlinkSync(packages, join(folder, 'node_modules'));
  return folder;
}

function command(cwd: string, file: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  return execa(file, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, TMPDIR: cwd, ...env },
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
    timeout: 180_000,
  });
}

describe('npm pack', () => {
  it('makes a tarball that runs one task and many, has a client for TypeScript, and is deployed as the checkout is', async () => {
    const [folder, place] = [await checkout(), await temporaryFolder({ 'model/wire.py': wire })];
    const packed = await command(folder, 'npm', ['pack', '--silent', '--pack-destination', place]);
    assert.equal(packed.exitCode, 0, packed.all);
    assert.ok(lstatSync(join(folder, 'dist')).isSymbolicLink(), 'as npm run build leaves it');
    assert.ok(!existsSync(join(folder, 'npm-shrinkwrap.json')));

    // As npm install lays it out, but for the packages that it would ask a registry for.
    const installed = join(place, 'node_modules', 'modelops-cold-functions');
    mkdirSync(installed, { recursive: true });
    const tarball = join(place, basename(packed.stdout.trim()));
    await execa('tar', ['xzf', tarball, '--strip-components=1', '-C', installed]);
    symlinkSync(packages, join(installed, 'node_modules'));
    assert.ok(!existsSync(join(installed, 'dist', 'test')));
    const mops = (...args: string[]) => command(place, join(installed, 'dist', 'cli', 'main.js'), args);

    assert.match((await mops('--version')).stdout, /^\d+\.\d+\.\d+$/);
    const task = ['--bundle', 'model', '--entrypoint', 'a.b/c'];
    const one = await mops('run', ...task, '--param', 'x=1');
    assert.equal(one.exitCode, 0, one.all);
    const many = await mops('run', ...task, '--grid', 'x=1,2');
    assert.equal(many.exitCode, 0, many.all);
    assert.match(many.stdout, /2 tasks ran in 2 processes/);

    // A program of its own, of which no checkout is near.
    writeFileSync(join(place, 'program.mts'), program);
    const tsc = ['--module', 'nodenext', '--strict', '--skipLibCheck', '--types', '', 'program.mts'];
    const compiled = await command(place, join(packages, '.bin', 'tsc'), tsc);
    assert.equal(compiled.exitCode, 0, compiled.all);
    const ran = await command(place, process.execPath, ['program.mjs']);
    assert.match(ran.stdout, /^Cannot connect: no storage is set/, ran.all);
    const inside = `import 'modelops-cold-functions/dist/cli/main.js'`;
    const refused = await command(place, process.execPath, ['--input-type=module', '-e', inside]);
    assert.match(refused.stderr, /ERR_PACKAGE_PATH_NOT_EXPORTED/);

    const { tag, files } = await readBuildContext({});
    const readTag = `import { readBuildContext } from './dist/src/deployment/up/build-context.js';
      const { tag, files } = await readBuildContext({});
      console.log(JSON.stringify([tag, ...files.keys()]))`;
    const context = await command(installed, process.execPath, ['--input-type=module', '-e', readTag]);
    assert.deepEqual(JSON.parse(context.stdout), [tag, ...files.keys()], context.all);
  });

  it('says so when something was built while it packed', async () => {
    const folder = await checkout();
    const script = (name: string, ...args: string[]) =>
      command(folder, process.execPath, [join('src', 'package', name), ...args]);
    for (const name of ['build.mjs', 'pack.mjs', 'build.mjs']) assert.equal((await script(name)).exitCode, 0);
    const { exitCode, stderr } = await script('pack.mjs', '--done');
    assert.equal(exitCode, 1);
    assert.match(stderr, /^Cannot pack: something else built or packed here meanwhile/);
    assert.ok(!existsSync(join(folder, 'npm-shrinkwrap.json')));
  });
});

const program = `import { Client, Float, type Job } from 'modelops-cold-functions';

export async function submitted(client: Client): Promise<Job> {
  return client.submit('./model', 'a.b/c', [{ x: 1 }, { x: new Float(2) }], { replicates: 3 });
}
export async function rows(job: Job): Promise<(number | bigint | string | boolean | undefined)[]> {
  const found = [];
  for await (const { parameters } of job.results()) found.push(parameters.x);
  return found;
}
// @ts-expect-error no list is a parameter
export const wrong = (client: Client) => client.submit('./model', 'a.b/c', [{ x: [1] }]);

Client.fromEnv({}).catch((error: Error) => console.log(error.message));
declare const console: { log(text: string): void };
`;

const wire = `def wire(entrypoint, params, seed):
    return {"answer": str(params["x"])}
`;
