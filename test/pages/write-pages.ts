import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatSchema } from '../../src/contracts/schemas/format-schema.js';
import { jsonSchemas } from '../../src/contracts/schemas/json-schemas.js';
import { parametersPage } from './parameters-page.js';
import { settingsPage } from './settings-page.js';

// npm run pages, in the checkout: writes the pages that are made from code. A unit test fails while they are out of date.
await writeFile(join('src', 'config', 'README.md'), settingsPage());
await writeFile(join('infra', 'parameters.md'), parametersPage());
for (const [name, schema] of Object.entries(jsonSchemas()))
  await writeFile(join('src', 'contracts', 'schemas', `${name}.schema.json`), formatSchema(schema));
