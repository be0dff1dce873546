import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Settings } from '../../../src/config/settings.js';
import { checkScratch } from '../../../src/doctor/check-scratch.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { createAttemptFolder } from '../../../src/runner/place/attempt-folder.js';
import { scratchPaths } from '../../../src/runner/place/scratch-paths.js';
import { taskEnvironment } from '../../../src/runner/place/task-environment.js';
import { temporaryFolderRemark } from '../../../src/runner/place/temporary-folder-remark.js';
import { requestFor } from '../../integration/runner/run-fixture.js';

/** What AF_UNIX takes on macOS, the shorter of the two, without the byte that ends it. */
const socketBytes = 103;
/** `/pymp-xxxxxxxx/listener-xxxxxxxx` of multiprocessing's forkserver and Manager, the longest that is usual. */
const ownBytes = 40;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runner-test-'));
  await mkdir(scratchPaths.workers(folder));
});
after(() => rm(folder, { recursive: true, force: true }));

/** TMPDIR as a task has it whose worker has its folders below `root`. */
async function tmpdirBelow(root: string): Promise<string> {
  const worker = await scratchPaths.makeWorker(folder);
  const attempt = scratchPaths.attempt(join(scratchPaths.workers(root), basename(worker)), randomUUID());
  const request = await requestFor('succeeds');
  const context = { folder: { name: '4194304-18446744073709551615', path: root }, passed: {} };
  const { TMPDIR = '' } = taskEnvironment(request, attempt, context, undefined, {});
  assert.equal(TMPDIR, scratchPaths.temporary(attempt));
  return TMPDIR;
}

const defaults = {
  // Of any machine with the longest uid there is, not of this one with its own.
  'on Linux': async () =>
    Settings.parse({})
      .MODELOPS_SCRATCH_DIR.replace(tmpdir(), '/tmp')
      .replace(`-${userInfo().uid}/`, `-${2 ** 32 - 2}/`),
  'of the image': async () => {
    const text = await readFile(join(packageRoot, 'infra', 'Dockerfile'), 'utf8');
    return /MODELOPS_SCRATCH_DIR=(\S+)/.exec(text)?.[1] ?? '';
  },
};
for (const [where, scratch] of Object.entries(defaults)) {
  test(`with the scratch folder that is the default ${where}, every TMPDIR has room for sockets`, async () => {
    const root = await scratch();
    assert.match(root, /^\/.*scratch$/);
    const path = await tmpdirBelow(root);
    assert.ok(path.length <= 60, path);
    assert.ok(path.length + ownBytes <= socketBytes);
    assert.equal(temporaryFolderRemark(root), undefined);
  });
}

test('every TMPDIR below a folder is as long as any other, whoever the worker and the attempt are', async () => {
  const lengths = await Promise.all(Array.from({ length: 20 }, async () => (await tmpdirBelow('/s')).length));
  assert.equal(new Set(lengths).size, 1);
});

test('a scratch folder is told only when a TMPDIR below it is too long, with what it may have at most', async () => {
  const own = (await tmpdirBelow('/s')).length - '/s'.length;
  const longest = `/${'s'.repeat(60 - own - 1)}`;
  assert.equal(temporaryFolderRemark(longest), undefined);
  const remark = temporaryFolderRemark(`${longest}é`) ?? '';
  assert.match(
    remark,
    /^TMPDIR of a task has 62 bytes below .*é, and .* at most 60: set MODELOPS_SCRATCH_DIR/,
  );
  assert.match(remark, new RegExp(`at most ${longest.length} bytes$`));
});

test('doctor tells a scratch folder that is too long as a limit, not as a fault', async () => {
  const { state, found } = await checkScratch(join(folder, 's'.repeat(60)));
  assert.equal(state, 'limited', found);
  assert.match(found, /TMPDIR of a task has \d+ bytes/);
});

test('workers have folders of their own, and attempts in them theirs, under names that lead from one to no other', async () => {
  const [one, other] = await Promise.all([scratchPaths.makeWorker(folder), scratchPaths.makeWorker(folder)]);
  assert.notEqual(one, other);
  assert.equal(dirname(one), scratchPaths.workers(folder));
  assert.ok(scratchPaths.isWorker(basename(one)) && !scratchPaths.isWorker('notes'));
  const first = createAttemptFolder(one, 'attempt');
  assert.equal((await stat(first)).isDirectory(), true);
  assert.doesNotMatch(first, /attempt/);
  assert.throws(() => createAttemptFolder(one, 'attempt'), /exists already/);
  assert.notEqual(createAttemptFolder(other, 'attempt'), first);
});
