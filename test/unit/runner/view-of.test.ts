import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ViewStep, viewOf } from '../../../src/files/view-of.js';

let root: string;
before(async () => {
  root = realpathSync(await mkdtemp(join(tmpdir(), 'view-test-')));
  chmodSync(root, 0o755);
});
after(() => rm(root, { recursive: true }));

/** Folders of these paths, of which those that end in `!` are closed. */
function folders(...paths: string[]): (path: string) => string {
  const place = join(root, String(paths.length), paths.join('+').replaceAll('/', '_'));
  for (const path of paths) {
    const folder = join(place, path.replaceAll('!', ''));
    mkdirSync(folder, { recursive: true });
    if (path.endsWith('!')) chmodSync(folder, 0o700);
  }
  for (let each = place; each !== root; each = dirname(each)) chmodSync(each, 0o755);
  return (path) => join(place, path);
}

const cover = (folder: string): ViewStep => ({ cover: folder });
const show = (path: string, read_only = true): ViewStep => ({ show: path, at: path, read_only });
const reads = (path: string) => ({ path, writes: false });
const writes = (path: string) => ({ path, writes: true });

test('where no closed folder stands above what is needed there is nothing to do', () => {
  const at = folders('python', 'scratch', 'other!');
  const view = viewOf([reads(at('python')), writes(at('scratch')), reads(at('nowhere/lib.zip'))]);
  assert.deepEqual(view, { steps: [], hidden: '', why: '' });
});

test('the uppermost closed folder is covered, and what is needed shown inside', () => {
  const at = folders('home/scratch/w', 'home/python/lib', 'home!', 'home/scratch!');
  const { steps, hidden, why } = viewOf([
    reads(at('home/python/lib')),
    reads(at('home/python')),
    writes(at('home/scratch/w')),
  ]);
  assert.deepEqual(steps, [cover(at('home')), show(at('home/python')), show(at('home/scratch/w'), false)]);
  assert.equal(why, '');
  assert.ok(
    hidden.endsWith(`since ${at('home')} may be entered by its owner alone (chmod o+x ${at('home')})`),
  );
});

test('what is written to is shown in what is only read, also below a closed folder in that', () => {
  const at = folders('a/python/own/w', 'a!', 'a/python/own!', 'a/python/w');
  const { steps } = viewOf([writes(at('a/python/own/w')), reads(at('a/python')), writes(at('a/python/w'))]);
  assert.deepEqual(steps, [
    cover(at('a')),
    show(at('a/python')),
    cover(at('a/python/own')),
    show(at('a/python/own/w'), false),
    show(at('a/python/w'), false),
  ]);
});

test('links on the way are found again', () => {
  const at = folders('a/versions/3.11/bin', 'a!', 'b/venv/bin', 'b!', 'c');
  writeFileSync(at('a/versions/3.11/bin/python3.11'), '', { mode: 0o755 });
  symlinkSync('python3.11', at('a/versions/3.11/bin/python'));
  symlinkSync('3.11', at('a/versions/default'));
  symlinkSync(at('a/versions/default/../3.11/bin/python'), at('b/venv/bin/python'));
  symlinkSync('../b/venv', at('c/venv'));
  const { steps } = viewOf([
    reads(at('c/venv')),
    reads(at('c/venv/bin/python')),
    reads(at('a/versions/default')),
  ]);
  assert.deepEqual(steps, [
    cover(at('a')),
    show(at('a/versions/3.11')),
    { link: at('a/versions/default'), to: '3.11' },
    cover(at('b')),
    show(at('b/venv')),
  ]);
});

test('what is closed itself is named', () => {
  const at = folders('python!', 'w');
  const { why } = viewOf([reads(at('python')), writes(at('w'))]);
  assert.equal(why, `${at('python')} may be entered by its owner alone (chmod o+x ${at('python')})`);
  writeFileSync(at('w/python'), '', { mode: 0o700 });
  assert.equal(
    viewOf([reads(at('w/python'))]).why,
    `${at('w/python')} may be used by its owner alone (chmod o+rx ${at('w/python')})`,
  );
});
