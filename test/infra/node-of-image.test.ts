import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { z } from 'zod';
import { packageRoot } from '../../src/package/package-root.js';
import { readDockerfile } from './read-dockerfile.js';

const read = (...path: string[]) => readFileSync(join(packageRoot, ...path), 'utf8');
/** The only number that a pattern finds in a text, as [major, minor]. */
const versionIn = (text: string, pattern: RegExp): [number, number] => {
  const found = pattern.exec(text)?.[1];
  assert.ok(found, `${pattern} is not in ${text}`);
  const [major = 0, minor = 0] = found.split('.').map(Number);
  return [major, minor];
};

const pinned = versionIn(read('.ci', 'restore-node'), /^version=(\d+\.\d+\.\d+)$/m);
const { engines } = z
  .object({ engines: z.object({ node: z.string() }) })
  .parse(JSON.parse(read('package.json')));

describe('the Node of the image', () => {
  it('is of one major version in every stage, and the tests run under that one', () => {
    const nodes = readDockerfile()
      .filter(({ keyword, text }) => keyword === 'FROM' && /node/.test(text))
      .map(({ text }) => versionIn(text, /(?:-node|\/node:|^node:)(\d+)(?=-|@|\s|$)/)[0]);
    assert.ok(nodes.length >= 3);
    assert.deepEqual([...new Set(nodes)], [pinned[0]]);
  });

  it('is one that package.json allows', () => {
    const [major, minor] = versionIn(engines.node, /^>=(\d+\.\d+)$/);
    assert.ok(pinned[0] > major || (pinned[0] === major && pinned[1] >= minor), engines.node);
  });

  it('is the Node of the children too, whichever way a test starts them', async () => {
    const version = ['-p', 'process.version'];
    assert.equal((await execa('node', version)).stdout, process.version);
    assert.equal((await execa(process.execPath, version)).stdout, process.version);
  });
});
