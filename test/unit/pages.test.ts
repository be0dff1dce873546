import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Settings } from '../../src/config/settings.js';
import { packageRoot } from '../../src/package-root.js';
import { settingsPage } from '../pages/settings-page.js';

test('the page of settings is what the code says', async () => {
  const page = await readFile(join(packageRoot, 'src', 'config', 'README.md'), 'utf8');
  assert.equal(page, settingsPage(), 'run `npm run pages` and commit what it writes');
});

test('every setting is described', () => {
  for (const [name, { description }] of Object.entries(Settings.shape)) assert.ok(description, name);
});
