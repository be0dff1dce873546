import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { type Azurite, startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { clientFolder, clientPython } from '../fixtures/client/client-python.js';
import { fixture, type RunningApp, startApp } from './running-app.js';

const { python = '', reason } = await clientPython();

describe('the Python client, over a running app', { skip: reason }, () => {
  let azurite: Azurite;
  let app: RunningApp;

  before(async () => {
    azurite = await startAzurite();
    app = await startApp(azurite, { MODELOPS_PYTHON: python });
  });
  after(async () => {
    await app?.stop();
    await azurite?.stop();
  });

  const parts = {
    jobs: 'submits jobs that mops-cold goes on with, and goes on with those that it submitted',
    tables: 'makes tables of outputs, and tells what is missing or differs in them',
    calls: 'calls simulations as functions, and drives what asks for an executor or a SimulationService',
    awaited: 'does the same with await',
  };
  for (const [name, title] of Object.entries(parts)) {
    it(title, async () => {
      const tests = join(packageRoot, 'test', 'e2e', 'python_client', `test_${name}.py`);
      const { exitCode, all } = await execa(python, [tests], {
        env: {
          ...app.env,
          PYTHONPATH: clientFolder,
          PYTHONDONTWRITEBYTECODE: '1',
          MOPS_COLD_CLI: join(packageRoot, 'dist', 'cli', 'main.js'),
          TEST_BUNDLE: fixture('returns_tables'),
          TEST_TARGETS: fixture('has_targets'),
        },
        extendEnv: false,
        reject: false,
        all: true,
      });
      assert.equal(exitCode, 0, all);
    });
  }
});
