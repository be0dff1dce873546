import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner } from './run-fixture.js';

const make = temporaryFolders();
const onLinux = { skip: process.platform === 'linux' ? false : 'descriptors are listed in /proc' };

test('a simulation has its own streams and no descriptor of the worker', onLinux, async (t) => {
  const folder = await make({ secret: 'of the worker' });
  const file = await open(join(folder, 'secret'));
  t.after(() => file.close());
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  for (const which of ['started for it', 'started ahead, or next']) {
    const links: Record<string, string> = JSON.parse(
      (await runner.run('tells_descriptors')).outputs.links ?? '',
    );
    assert.ok(Object.keys(links).length >= 4, which);
    for (const [descriptor, link] of Object.entries(links))
      assert.match(link, /^(?:pipe:|\/dev\/null$)/, `${descriptor} of the process ${which}`);
  }
});
