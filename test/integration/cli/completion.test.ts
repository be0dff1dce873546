import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';

const main = join(packageRoot, 'dist', 'src', 'cli', 'main.js');

async function scriptFor(shell: string): Promise<string> {
  return (await execa(process.execPath, [main, 'completion', shell])).stdout;
}

const asked: [line: string, expected: string[]][] = [
  ['mops-cold ret', ['retry']],
  ['mops-cold bundle pu', ['push', 'pull']],
  ['mops-cold retry last --out', ['--outcome']],
  ['mops-cold bundle push --js', ['--json']],
  ['mops-cold completion f', ['fish']],
  ['mops-cold nothing-like-it --outc', []],
  ['mops-cold status fit', ['fit-one', 'fit-two']],
  ['mops-cold retry la', ['last']],
  ['mops-cold compare fit-one fit-t', ['fit-two']],
  ['mops-cold logs fit-one fit', []],
  ['mops-cold submit fit', []],
];

test('bash completes verbs, verbs of verbs, options and choices', async () => {
  const script = await scriptFor('bash');
  for (const [line, expected] of asked) {
    const words = line.split(' ');
    // In the place of the program, which would ask storage.
    const names = `mops-cold() { [[ "$*" == "jobs --names" ]] && printf '%s\\n' last fit-one fit-two; }`;
    const ask = `${names}; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _mops_cold; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await execa('bash', ['--norc', '-c', `${script}\n${ask}`]);
    assert.deepEqual(stdout.split('\n').filter(Boolean), expected, line);
  }
});

test('fish and zsh take their scripts', async (t) => {
  for (const shell of ['fish', 'zsh']) {
    const script = await scriptFor(shell);
    assert.match(script, /retry/);
    const there = await execa(shell, ['--version'], { reject: false });
    if (there.exitCode !== 0) {
      t.diagnostic(`${shell} is not installed: its script was not tried`);
      continue;
    }
    assert.equal((await execa(shell, ['-n'], { input: script, reject: false })).exitCode, 0);
  }
});

test('another shell is refused with those there are', async () => {
  const { exitCode, stderr } = await execa(process.execPath, [main, 'completion', 'csh'], { reject: false });
  assert.equal(exitCode, 2);
  assert.match(stderr, /Allowed choices are bash, zsh, fish/);
});
