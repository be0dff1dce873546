import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Settings } from '../../../src/config/settings.js';
import { formatSchema } from '../../../src/contracts/schemas/format-schema.js';
import { jsonSchemas } from '../../../src/contracts/schemas/json-schemas.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { bicepParameters } from '../../pages/bicep-parameters.js';
import { parametersPage } from '../../pages/parameters-page.js';
import { settingsPage } from '../../pages/settings-page.js';

test('the page of settings is what the code says', async () => {
  const page = await readFile(join(packageRoot, 'src', 'config', 'README.md'), 'utf8');
  assert.equal(page, settingsPage(), 'run `npm run pages` and commit what it writes');
});

test('every setting is described', () => {
  for (const [name, { description }] of Object.entries(Settings.shape)) assert.ok(description, name);
});

test('the page of the parameters of the deployment is what the Bicep file says', async () => {
  const page = await readFile(join(packageRoot, 'infra', 'parameters.md'), 'utf8');
  assert.equal(page, parametersPage(), 'run `npm run pages` and commit what it writes');
});

test('every parameter of the deployment is described, and has bounds where its type alone has none', async () => {
  const text = await readFile(join(packageRoot, 'infra', 'main.bicep'), 'utf8');
  const parameters = bicepParameters();
  assert.equal(parameters.length, text.match(/^param /gm)?.length);
  for (const { name, type, description, allowed, minimum, maximum } of parameters) {
    assert.ok(description, name);
    if (type === 'int') assert.ok(minimum !== undefined && maximum !== undefined, name);
    // A name has its own check, a region and tags are Azure's to judge.
    else if (type !== 'bool' && !['name', 'location', 'tags'].includes(name))
      assert.ok(allowed ?? maximum, name);
  }
});

test('the JSON Schemas are what the code says', async () => {
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    const file = join(packageRoot, 'src', 'contracts', 'schemas', `${name}.schema.json`);
    assert.equal(
      await readFile(file, 'utf8'),
      formatSchema(schema),
      'run `npm run pages` and commit what it writes',
    );
  }
});
