import assert from 'node:assert/strict';
import {
  chmod,
  chown,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPython } from '../../../src/environments/find-python.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

/** An interpreter that counts how often it is asked who it is, and says what is asked of it to say. */
const counting = (build: string, executable = '$0') => `#!/bin/sh
folder=$(dirname "$(dirname "$0")")
echo asked >> "$folder/asked"
echo "{\\"executable\\": \\"${executable}\\", \\"version\\": [3, 12, 4], \\"platform\\": \\"linux-x86_64\\", \\"prefix\\": \\"/usr\\", \\"build\\": \\"${build}\\", \\"libc\\": \\"\\", \\"path\\": [\\"$folder/lib\\"]}"
`;

async function interpreter(executable?: string) {
  const folder = await make({ 'venv/bin/python*': counting('first', executable), 'venv/lib/.keep': '' });
  const [venv, memory] = [join(folder, 'venv'), join(folder, 'scratch', 'python.json')];
  const python = join(venv, 'bin', 'python');
  return {
    folder,
    venv,
    python,
    memory,
    find: () => findPython(python, memory),
    timesAsked: async () => (await readFile(join(venv, 'asked'), 'utf8')).trim().split('\n').length,
    /** The content of the memory, changed. */
    async rewrite(change: (content: { answer: Record<string, unknown>; seen: object }) => object) {
      const content = JSON.parse(await readFile(memory, 'utf8'));
      await writeFile(memory, JSON.stringify(change(content)));
    },
  };
}
type Interpreter = Awaited<ReturnType<typeof interpreter>>;

test('an interpreter is asked who it is by the first worker, and the next ones know', async () => {
  const { find, timesAsked } = await interpreter();
  const first = await find();
  assert.deepEqual(await find(), first);
  assert.deepEqual(await find(), first);
  assert.equal(await timesAsked(), 1);
});

const changes: Record<string, (its: Interpreter) => Promise<unknown>> = {
  'it is another file of the same size': async ({ python }) => {
    await writeFile(python, counting('other'));
    await utimes(python, 1, 1);
  },
  'it leads elsewhere': async ({ folder, python }) => {
    await rename(python, join(folder, 'moved'));
    await symlink(join(folder, 'moved'), python);
  },
  'it belongs to a virtual environment now': ({ venv }) =>
    writeFile(join(venv, 'pyvenv.cfg'), 'home = /usr/bin\n'),
  'something was installed': ({ venv }) => mkdir(join(venv, 'lib', 'new.dist-info')),
  'a folder of its modules is gone': ({ venv }) => rm(join(venv, 'lib'), { recursive: true }),
};

for (const [what, change] of Object.entries(changes)) {
  test(`it is asked again when ${what}, and that is remembered then`, async () => {
    const its = await interpreter();
    await its.find();
    await change(its);
    await its.find();
    await its.find();
    assert.equal(await its.timesAsked(), 2);
  });
}

const untrusted: Record<string, (its: Interpreter) => Promise<unknown>> = {
  'is cut off': ({ memory }) => writeFile(memory, '{"answer": {'),
  'is empty': ({ memory }) => writeFile(memory, ''),
  'lacks a field': ({ rewrite }) => rewrite(({ answer: { libc, ...answer }, seen }) => ({ answer, seen })),
  'has a field that nobody knows': ({ rewrite }) => rewrite((content) => ({ ...content, more: 1 })),
  'leads to another interpreter': ({ rewrite }) =>
    rewrite(({ answer, seen }) => ({ answer: { ...answer, executable: '/elsewhere/bin/python' }, seen })),
  'names nothing that was seen': ({ rewrite }) => rewrite(({ answer }) => ({ answer, seen: {} })),
  'may be written by its group': ({ memory }) => chmod(memory, 0o620),
  'may be written by anybody': ({ memory }) => chmod(memory, 0o602),
  'is a link': async ({ folder, memory }) => {
    await rename(memory, join(folder, 'elsewhere.json'));
    await symlink(join(folder, 'elsewhere.json'), memory);
  },
  'is a folder': async ({ memory }) => {
    await rm(memory);
    await mkdir(memory);
  },
};

for (const [what, change] of Object.entries(untrusted)) {
  test(`a memory that ${what} is not believed`, async () => {
    const its = await interpreter();
    const first = await its.find();
    await change(its);
    assert.deepEqual(await its.find(), first);
    assert.equal(await its.timesAsked(), 2);
  });
}

test('a memory of another user is not believed', {
  skip: process.getuid?.() === 0 ? false : 'only root can give a file away',
}, async () => {
  const its = await interpreter();
  await its.find();
  await chown(its.memory, 12_345, 12_345);
  await its.find();
  assert.equal(await its.timesAsked(), 2);
});

test('only this user may write to it, whatever the process takes from a file', async () => {
  const its = await interpreter();
  const before = process.umask(0);
  try {
    await its.find();
  } finally {
    process.umask(before);
  }
  assert.equal((await stat(its.memory)).mode & 0o777, 0o600);
});

test('a script that chooses an interpreter, which may choose another one next time, is asked each time', async () => {
  const { find, timesAsked } = await interpreter('/usr/bin/python3');
  await find();
  await find();
  assert.equal(await timesAsked(), 2);
});

test('one that cannot be remembered is found all the same', async () => {
  const its = await interpreter();
  await writeFile(join(its.folder, 'scratch'), 'no folder');
  assert.equal((await its.find()).python, its.python);
});
