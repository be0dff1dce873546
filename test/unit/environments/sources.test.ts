import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lackingWheel } from '../../../src/environments/build/lacking-wheel.js';
import { requiredSource, requirementBlocks } from '../../../src/environments/build/required-source.js';

test('what has no wheel is known by what uv says', () => {
  for (const [said, expected] of [
    [
      "error: Distribution `docopt==0.6.2 @ registry+https://pypi.org/simple` can't be installed because it is marked as `--no-build` but has no binary distribution",
      { name: 'docopt', version: '0.6.2' },
    ],
    [
      'Because docopt==0.6.2 has no usable wheels …\nhint: Wheels are required for `docopt` because building from source is disabled for all packages',
      { name: 'docopt' },
    ],
    [
      'error: Building source distributions is disabled, but attempted to build `mopsseen`',
      { name: 'mopsseen' },
    ],
    [
      'error: Failed to download and build `x @ git+https://example.org/x@8ee8`\n  cause: Building source distributions for `x` is disabled',
      { name: 'x' },
    ],
    ['error: Failed to fetch: `https://example.org/x-1-py3-none-any.whl`', undefined],
    ['  cause: Because there is no version of x==9 and you require x==9, …', undefined],
  ] as const)
    assert.deepEqual(lackingWheel(said), expected);
});

test('the source of what a requirements.txt fixes is known by each kind of requirement', () => {
  const [first = '', second = '', third = '', fourth = ''] = requirementBlocks(
    'a==1.0 ; python_version > "3" \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nb @ git+https://example.org/b@abc#subdirectory=py\n./c\nd @ https://example.org/d-2.tar.gz --hash=sha256:dd\n',
  );
  const place = { folder: '/bundle', indexes: ['https://pypi.example.org'] };
  assert.deepEqual(requiredSource(first, { name: 'a' }, place), {
    name: 'a',
    version: '1.0',
    indexes: place.indexes,
    hashes: ['sha256:aa', 'sha256:bb'],
  });
  assert.deepEqual(requiredSource(second, { name: 'b' }, place), {
    name: 'b',
    version: '',
    git: 'https://example.org/b',
    commit: 'abc',
    subdirectory: 'py',
  });
  assert.deepEqual(requiredSource(third, { name: 'c' }, place), {
    name: 'c',
    version: '',
    folder: '/bundle/c',
  });
  assert.deepEqual(requiredSource(fourth, { name: 'd', version: '2' }, place), {
    name: 'd',
    version: '2',
    url: 'https://example.org/d-2.tar.gz',
    hashes: ['sha256:dd'],
  });
});
