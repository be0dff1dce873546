import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/package/package-root.js';
import { parametersPage } from './parameters-page.js';
import { settingsPage } from './settings-page.js';

// npm run pages: writes the pages that are made from code. A unit test fails while they are out of date.
await writeFile(join(packageRoot, 'src', 'config', 'README.md'), settingsPage());
await writeFile(join(packageRoot, 'infra', 'parameters.md'), parametersPage());
