import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { unsafePath } from '../../../src/bundles/format/unsafe-path.js';
import { verifiedBytes } from '../../../src/bundles/format/verified-bytes.js';
import { ignoreRules } from '../../../src/bundles/pack/ignore-rules.js';
import { compareCodePoints } from '../../../src/contracts/json/compare-code-points.js';

const digest = `sha256:${'0a'.repeat(32)}`;

test('a path that leaves the bundle, or means other things elsewhere, is unsafe', () => {
  for (const path of [
    '',
    '/etc/passwd',
    '../a',
    'a/../../b',
    'a//b',
    './a',
    'a/',
    'a\\..\\b',
    'C:/a',
    'a\0b',
  ]) {
    assert.notEqual(unsafePath(path), undefined, JSON.stringify(path));
  }
  for (const path of ['wire.py', 'a/b/c.txt', '..a', 'a..', 'ü/😀', '.modelops/manifest.json', '__proto__']) {
    assert.equal(unsafePath(path), undefined, path);
  }
});

test('what tools leave behind stays out of a bundle; what the wire function needs does not', () => {
  const out = [
    '.git',
    'a/.git',
    'a/__pycache__',
    'm.pyc',
    '.venv',
    'node_modules',
    '.modelops-bundle/state.json',
  ];
  const verdict = ignoreRules();
  for (const path of out) assert.equal(verdict(path, false), 'out', path);
  const kept = [
    '.modelops-bundle/registry.yaml',
    'build/a.so',
    'x.egg-info',
    '.modelops/manifest.json',
    '.gitignore',
  ];
  for (const path of kept) assert.notEqual(verdict(path, false), 'out', path);
});

test('paths are ordered by code point, as Python orders them', () => {
  assert.deepEqual(['😀', '\uffff', 'b', 'B', 'a/b', 'a-b'].sort(compareCodePoints), [
    'B',
    'a-b',
    'a/b',
    'b',
    '\uffff',
    '😀',
  ]);
});

test('bytes pass only when their number and digest are as promised', async () => {
  const bytes = Buffer.from('incidence');
  const read = async (expected: { digest: string; size: number }) => {
    const chunks: Uint8Array[] = [];
    const source = [bytes.subarray(0, 4), bytes.subarray(4)];
    for await (const chunk of verifiedBytes(each(source), expected, (what) => new Error(what)))
      chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  assert.deepEqual(await read({ digest: sha256(bytes), size: 9 }), bytes);
  await assert.rejects(read({ digest: sha256(bytes), size: 8 }), /longer than the 8 bytes/);
  await assert.rejects(read({ digest: sha256(bytes), size: 10 }), /ends after 9 of 10 bytes/);
  await assert.rejects(read({ digest, size: 9 }), /has the digest/);
});

async function* each(chunks: Uint8Array[]) {
  yield* chunks;
}
