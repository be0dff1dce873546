import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';
import { clientFolder, clientPython } from '../../fixtures/client/client-python.js';

const { python = '', reason } = await clientPython();

it('the Python client shows how far a job is, in a terminal and in a notebook', {
  skip: reason,
}, async () => {
  const { exitCode, all } = await execa(
    python,
    [join(packageRoot, 'test', 'unit', 'client', 'test_progress.py')],
    {
      env: { PYTHONPATH: clientFolder, PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' },
      reject: false,
      all: true,
    },
  );
  assert.equal(exitCode, 0, all);
});
