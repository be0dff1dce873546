import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { bareEnvironment } from '../fixtures/environments/bare-environment.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { createFixtureRunner, localBundle, python } from '../integration/runner/run-fixture.js';

const make = temporaryFolders();
const run = promisify(execFile);

test('joblib calls functions of wire.py and of a sibling in processes of loky, and takes back their classes', async (t) => {
  const venv = await make();
  const its = join(venv, 'bin', 'python3');
  await run(python, ['-m', 'venv', venv]);
  try {
    await run(its, ['-m', 'pip', 'install', '--quiet', 'joblib'], { timeout: 120_000 });
  } catch (error) {
    return t.skip(`joblib cannot be installed: ${String(error).split('\n')[0]}`);
  }
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const folder = await make({
    'step.py':
      'class Rate:\n    def __init__(self, beta):\n        self.beta = beta\ndef triple(rate):\n    return Rate(3 * rate.beta)\n',
    'wire.py': `
from dataclasses import dataclass
import step
from joblib import Parallel, delayed
@dataclass
class State:
    infected: int
def double(state):
    return State(2 * state.infected)
def wire(entrypoint, params, seed):
    states = Parallel(n_jobs=2)(delayed(double)(State(i)) for i in range(4))
    rates = Parallel(n_jobs=2)(delayed(step.triple)(step.Rate(i)) for i in range(4))
    return {"doubled": [state.infected for state in states], "tripled": [rate.beta for rate in rates]}
`,
  });
  const bundle = await localBundle(folder);
  const report = await runner.run('', { bundle, environment: bareEnvironment(its, '3') });
  assert.deepEqual(report.outputs, { doubled: '[0, 2, 4, 6]', tripled: '[0, 3, 6, 9]' }, report.reason);
});
