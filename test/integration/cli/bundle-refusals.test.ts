import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BundleStand, startBundleStand } from './bundle-stand.js';

let stand: BundleStand;
before(async () => {
  stand = await startBundleStand();
});
after(() => stand.stop());

for (const [what, args, exitCode, message] of [
  [
    'a reference that is none',
    ['pull', 'sha256:abc', 'x'],
    2,
    /^Cannot use the bundle: it is "sha256:abc": it must be/,
  ],
  ['a tag', ['verify', 'models/sir:latest'], 2, /a tag can move/],
  [
    'a folder that does not exist',
    ['push', './nowhere'],
    1,
    /^Cannot pack .*nowhere: there is no such file or folder/,
  ],
  ['pushing a reference', ['push', `sha256:${'0'.repeat(64)}`], 2, /it is a reference to a bundle/],
  ['a bundle that is not there', ['show', `sha256:${'0'.repeat(64)}`], 1, /its manifest is not there/],
  ['pulling what is not there', ['pull', `sha256:${'0'.repeat(64)}`, 'x'], 1, /its manifest is not there/],
  [
    'an entrypoint that is none',
    ['check', '.', '--entrypoint', 'sir'],
    2,
    /^Cannot use --entrypoint: it is "sir"/,
  ],
  ['a target that is none', ['check', '.', '--target', 'f'], 2, /^Cannot use --target: it is the string "f"/],
] as [string, string[], number, RegExp][]) {
  test(`${what} is said in a sentence`, async () => {
    const result = await stand.cli('bundle', ...args);
    assert.match(result.stderr, message);
    assert.doesNotMatch(result.stderr, /^\s+at /m);
    assert.equal(result.exitCode, exitCode);
  });
}
