import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requirementsLines } from '../../../src/environments/requirements-lines.js';

for (const [title, text, expected] of [
  [
    'comments and empty lines are left out',
    '# a\n\nnumpy # b\n  #c',
    [{ requirement: 'numpy', options: '' }],
  ],
  [
    'a # within a word is no comment',
    'git+https://x/y#egg=z',
    [{ requirement: 'git+https://x/y#egg=z', options: '' }],
  ],
  ['a continued line is one', 'numpy>=2,\\\n  <3', [{ requirement: 'numpy>=2,  <3', options: '' }]],
  [
    'a comment is not continued, and ends what is',
    'a \\\n# b \\\nc',
    [
      { requirement: 'a', options: '' },
      { requirement: 'c', options: '' },
    ],
  ],
  ['the last line may be continued into nothing', 'numpy\\', [{ requirement: 'numpy', options: '' }]],
  [
    'Windows line ends and a byte order mark count for nothing',
    '\uFEFFa\r\nb\r\n',
    [
      { requirement: 'a', options: '' },
      { requirement: 'b', options: '' },
    ],
  ],
  [
    'options follow a requirement',
    'a==1 \\\n --hash=sha256:0 \\\n --hash=sha256:1',
    [{ requirement: 'a==1', options: '--hash=sha256:0  --hash=sha256:1' }],
  ],
  [
    'options may stand alone',
    '--index-url https://x/simple\n-e ./lib',
    [
      { requirement: '', options: '--index-url https://x/simple' },
      { requirement: '', options: '-e ./lib' },
    ],
  ],
  ...['-r b.txt', '-rb.txt', '--requirement b.txt', '--requirement=b.txt', '-r "b.txt"'].map(
    (line) =>
      [
        `${line} refers to requirements`,
        line,
        [{ requirement: '', options: line, refersTo: { kind: 'requirements', path: 'b.txt' } }],
      ] satisfies [string, string, object[]],
  ),
  ...['-c b.txt', '--constraint b.txt'].map(
    (line) =>
      [
        `${line} refers to constraints`,
        line,
        [{ requirement: '', options: line, refersTo: { kind: 'constraints', path: 'b.txt' } }],
      ] satisfies [string, string, object[]],
  ),
] satisfies [string, string, object[]][]) {
  test(`in a requirements.txt, ${title}`, () => {
    assert.deepEqual(requirementsLines(text), expected);
  });
}
