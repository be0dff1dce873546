import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { toolVersion } from '../../../src/package/tool-version.js';
import { clientFolder } from '../../fixtures/client/client-python.js';

it('the Python client has the version of the package', async () => {
  const version = await toolVersion();
  const said = async (file: string, line: RegExp) =>
    line.exec(await readFile(join(clientFolder, file), 'utf8'))?.[1];
  assert.equal(await said('pyproject.toml', /^version = "(.+)"$/m), version);
  assert.equal(await said('mops_cold/_version.py', /^__version__ = "(.+)"$/m), version);
});
