import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { execa } from 'execa';
import { toolVersion } from '../../src/package/tool-version.js';
import { clientFolder, clientPython } from '../fixtures/client/client-python.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';

const { python = '', reason } = await clientPython();
const temporaryFolder = temporaryFolders();

it('the wheel of the Python client installs in a clean folder, with what it needs and no more', {
  skip: reason,
}, async (t) => {
  const folder = await temporaryFolder();
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--quiet'];
  const built = await execa(python, [...pip, 'wheel', '--no-deps', '-w', folder, clientFolder], {
    reject: false,
    all: true,
  });
  if (/No matching distribution found for hatchling/.test(built.all))
    return t.skip('The package index does not answer.');
  assert.equal(built.exitCode, 0, built.all);
  const version = await toolVersion();
  const clean = join(folder, 'clean');
  await mkdir(clean);
  await execa(python, ['-m', 'venv', join(clean, 'venv')]);
  const own = join(clean, 'venv', 'bin', 'python');
  const installed = await execa(
    own,
    [...pip, 'install', join(folder, `mops_cold-${version}-py3-none-any.whl`)],
    { reject: false, all: true },
  );
  assert.equal(installed.exitCode, 0, installed.all);
  const script = `
import importlib.metadata, importlib.resources, importlib.util
import mops_cold
print(mops_cold.__version__, importlib.metadata.version("mops-cold"), importlib.resources.files(mops_cold).joinpath("py.typed").is_file())
print([name for name in ("pandas", "polars", "pyarrow") if importlib.util.find_spec(name)])
try:
    mops_cold.Client.from_env({})
except mops_cold.ConfigurationError as error:
    print(error)
try:
    mops_cold._frames.needed("pandas") if hasattr(mops_cold, "_frames") else None
except mops_cold.MissingPackage as error:
    print(error)
`;
  const { stdout } = await execa(own, ['-c', script], { cwd: clean, env: { PYTHONPATH: '' } });
  const [versions, extras, unset, missing] = stdout.split('\n');
  assert.equal(versions, `${version} ${version} True`);
  assert.equal(extras, '[]');
  assert.match(unset ?? '', /no storage is set/);
  assert.match(missing ?? '', /pip install 'mops-cold\[pandas\]'/);
});
