import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { packageRoot } from '../../../src/package/package-root.js';
import { sayHealth } from '../deployment/stand.js';
import { type CliStand, startStand } from './stand.js';

describe('for somebody who may put messages, and not look into the queues', () => {
  let stand: CliStand;
  before(async () => {
    stand = await startStand();
  });
  after(() => stand.stop());

  /** From now on whatever is asked of the queues is refused. */
  async function sealQueues(): Promise<void> {
    const { origin } = new URL(await sayHealth({ status: 403 }));
    const { AZURE_STORAGE_CONNECTION_STRING: before = '' } = stand.env;
    stand.env.AZURE_STORAGE_CONNECTION_STRING = before.replace(
      /QueueEndpoint=[^;]+/,
      `QueueEndpoint=${origin}/devstoreaccount1`,
    );
  }

  it('status and watch tell what they can, and doctor says what is not allowed', async () => {
    const bundle = join(packageRoot, 'test', 'fixtures', 'simulations', 'succeeds');
    const submitted = await stand.cli(
      ...['submit', '--bundle', bundle, '--entrypoint', 'models.test/baseline', '--grid', 'x=1'],
      ...['--no-preflight', '--job-id', 'mine'],
    );
    assert.equal(submitted.exitCode, 0, submitted.stderr);
    await sealQueues();

    const status = await stand.cli('status', 'mine', '--json');
    assert.equal(status.exitCode, 0, status.stderr);
    const { pending, poison_queue: poisonQueue } = JSON.parse(status.stdout);
    assert.deepEqual({ pending, poisonQueue }, { pending: 1, poisonQueue: null });

    const watch = await stand.cli('watch', 'mine', '--timeout', '0.1');
    assert.match(watch.stderr, /The job mine has not ended within 0\.1 s/);

    const doctor = await stand.cli('doctor');
    assert.match(
      doctor.stdout,
      /– Storage .* answers\. You may not look into the queue tasks-\w+ \(403\).*Storage Queue Data Reader; to submit, Storage Queue Data Message Sender is enough/,
    );
  });
});
