import assert from 'node:assert/strict';
import { test } from 'node:test';
import { satisfiesVersion } from '../../../src/environments/satisfies-version.js';

for (const [title, version, range, expected] of [
  ['any version satisfies an empty range', '1.0', '', true],
  ['all clauses must hold', '2.5', '>=2, <3, !=2.5', false],
  ['zeros at the end make no difference', '1', '==1.0.0', true],
  ['a local part does not matter where none is asked for', '1.0+cu118', '==1.0', true],
  ['a local part does not matter to a lower end', '1.0+cu118', '>=1.0', true],
  ['a local part that is asked for must be there', '1.0+cpu', '==1.0+cu118', false],
  ['a local part that is asked for, and is there, satisfies', '1.0+cu118', '==1.0+cu118', true],
  ['the same version built otherwise is not above it', '1.0+cu118', '>1.0', false],
  ['a wildcard adds zeros', '1', '==1.0.*', true],
  ['a wildcard excludes', '1.4.2', '!=1.4.*', false],
  ['a compatible release has the same beginning', '2.2.9', '~=2.2.1', true],
  ['a compatible release has no other beginning', '2.3', '~=2.2.1', false],
  ['an installed prerelease lies between the ends of a range', '2.1rc1', '>=2,<3', true],
  ['a prerelease is not below its release', '2.0rc1', '<2.0', false],
  ['a prerelease is below a later prerelease', '2.0rc1', '<2.0rc2', true],
  ['a release is above its prerelease', '2.0', '>2.0rc1', true],
  ['a post release is not above its release', '2.0.post1', '>2.0', false],
  ['a post release is above an earlier one', '2.0.post2', '>2.0.post1', true],
  ['an epoch counts before the numbers', '1!1.0', '>=2024.1', true],
  ['arbitrary equality compares text', '2004d', '===2004D', true],
  ['arbitrary equality knows no local parts', '1.0+cu118', '===1.0', false],
  ['what is no version satisfies no range of versions', '2004d', '>=1', false],
  ['what is no range is satisfied by nothing', '1.0', 'latest', false],
] satisfies [string, string, string, boolean][]) {
  test(`${title}: ${version} ${expected ? 'satisfies' : 'does not satisfy'} "${range}"`, () => {
    assert.equal(satisfiesVersion(version, range), expected);
  });
}
