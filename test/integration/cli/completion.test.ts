import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';

const main = join(packageRoot, 'dist', 'cli', 'main.js');

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

/** How a shell is asked, in the script's own words, with a function in the place of the program, which would ask storage. */
const shells: Record<string, { options: string[]; asks: (line: string) => string }> = {
  bash: {
    options: ['--norc'],
    asks: (line) => `mops-cold() { [[ "$*" == "jobs --names" ]] && printf '%s\n' last fit-one fit-two; }
COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _mops_cold; printf '%s\n' "\${COMPREPLY[@]}"`,
  },
  fish: {
    options: ['--no-config'],
    asks: (line) => `function mops-cold
  test "$argv" = "jobs --names"; and printf '%s\n' last fit-one fit-two
end
complete --do-complete '${line}'`,
  },
  zsh: {
    options: ['--no-rcs'],
    // Completion itself needs a terminal: what the script offers it is all that can be asked for.
    asks: (line) => `mops-cold() { [[ "$*" == "jobs --names" ]] && printf '%s\n' last fit-one fit-two; }
compadd() { shift; for word in "$@"; do [[ "$word" == "\${words[CURRENT]}"* ]] && print -r -- "$word"; done }
_files() { }
words=(${line}); CURRENT=\${#words}; _mops_cold`,
  },
};

for (const [shell, { options, asks }] of Object.entries(shells)) {
  test(`${shell} completes verbs, verbs of verbs, options and choices`, async (t) => {
    const there = await execa(shell, ['--version'], { reject: false });
    if (there.exitCode !== 0) return t.skip(`needs ${shell}`);
    const script = (shell === 'zsh' ? 'compdef() { }\n' : '') + (await scriptFor(shell));
    for (const [line, expected] of asked) {
      const { stdout } = await execa(shell, [...options, '-c', `${script}\n${asks(line)}`], {
        reject: false,
      });
      assert.deepEqual(stdout.split('\n').filter(Boolean).sort(), [...expected].sort(), line);
    }
  });
}

test('another shell is refused with those there are', async () => {
  const { exitCode, stderr } = await execa(process.execPath, [main, 'completion', 'csh'], { reject: false });
  assert.equal(exitCode, 2);
  assert.match(stderr, /Allowed choices are bash, zsh, fish/);
});
