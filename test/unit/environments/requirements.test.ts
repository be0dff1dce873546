import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRequirement } from '../../../src/environments/parse-requirement.js';
import { requirementsLines } from '../../../src/environments/requirements-lines.js';

for (const [title, written, expected] of [
  ['a name alone', 'Star_Sim', { name: 'star-sim', extras: [], range: '', text: 'Star_Sim' }],
  ['a range', 'numpy >= 2, <3', { name: 'numpy', extras: [], range: '>= 2, <3', text: 'numpy>= 2, <3' }],
  ['a range in parentheses', 'numpy (>=2)', { name: 'numpy', extras: [], range: '>=2', text: 'numpy>=2' }],
  ['arbitrary equality', 'x===1.0', { name: 'x', extras: [], range: '===1.0', text: 'x===1.0' }],
  [
    'extras',
    'pandas [Excel, s_3]~=2.0',
    { name: 'pandas', extras: ['excel', 's-3'], range: '~=2.0', text: 'pandas[Excel,s_3]~=2.0' },
  ],
  [
    'a URL with a name',
    'model @ git+https://example.org/m.git@v1;x=1',
    { name: 'model', extras: [], range: '', text: 'model' },
  ],
] satisfies [string, string, object][]) {
  test(`a requirement is read: ${title}`, () => {
    assert.deepEqual(parseRequirement(written), expected);
  });
}

for (const written of [
  'tzdata; os_name == "nt"',
  'tzdata>=2 ;os_name == "nt"',
  'tzdata @ https://example.org/t.whl ; os_name == "nt"',
  'tzdata[x] @ https://example.org/t.whl; os_name == "nt"',
]) {
  test(`a marker is read: ${written}`, () => {
    assert.deepEqual(parseRequirement(written)?.marker, {
      left: 'os_name',
      operator: '==',
      right: '"nt"',
    });
  });
}

for (const written of [
  '',
  './lib',
  '/opt/model',
  'lib/model',
  'git+https://example.org/m.git',
  'model-1.0-py3-none-any.whl',
  'model-1.0.tar.gz',
  '-e .',
  'numpy 2.0',
  'numpy>=2.*',
  'numpy>=2 ;',
  'numpy>=2 ; os.name == "nt"',
  'numpy-',
  'numpy[',
]) {
  test(`"${written}" is no requirement`, () => {
    assert.equal(parseRequirement(written), undefined);
  });
}

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
