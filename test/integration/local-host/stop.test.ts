import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { QueueServiceClient } from '@azure/storage-queue';
import { appFolder, useProbes } from './probe.js';

const hostMain = fileURLToPath(new URL('../../../src/local-host/host-main.js', import.meta.url));

describe('stopping the local host', () => {
  const { start, azurite } = useProbes();
  let child: ChildProcess | undefined;
  afterEach(() => {
    child?.kill('SIGKILL');
    child = undefined;
  });

  it('waits for what is in flight, ends its message, then runs appTerminate and ends the worker', async () => {
    const probe = await start({ timing: { drainMs: 10_000 } });
    const { host, queue, send, said, lines, count, until } = probe;
    const pid = host.workerPid();
    await send({ do: 'sleep', ms: 1_000 }, { do: 'ok', name: 'not fetched any more' });
    await until('it runs', () => said('ran').length === 1);
    await host.stop();
    assert.deepEqual(await host.exited, { code: 0, reason: 'it was stopped.' });
    assert.equal(count('message-deleted'), 1);
    assert.equal(said('ran').length, 1);
    assert.ok(lines.some(({ text }) => text === 'terminated'));
    assert.equal((await queue.getProperties()).approximateMessagesCount, 1);
    assert.equal(isRunning(pid), false);
  });

  it('leaves what does not end in time leased: it is neither released nor deleted', async () => {
    const first = await start({ timing: { drainMs: 500, leaseMs: 4_000 } });
    const { queue, send, said, count, until } = first;
    await send({ do: 'hang' });
    await until('it runs', () => said('ran').length === 1);
    await first.host.stop();
    assert.equal(count('message-left'), 1);
    assert.equal((await queue.receiveMessages()).receivedMessageItems.length, 0, 'still hidden');

    const probe = await start({ queueName: first.queueName });
    await probe.until('it comes again when the lease is over', () => probe.said('ran').length === 1);
    const delivery = probe.events.find((event) => event.type === 'invocation-started');
    assert.equal(delivery?.type === 'invocation-started' && delivery.dequeueCount, 2);
  });

  it('leaves what it has fetched and not started leased too', async () => {
    const { host, queue, send, said, count, events, until } = await start({ timing: { dispatchMs: 60_000 } });
    await send({ do: 'ok' });
    await until('it is fetched', () =>
      events.some((event) => event.type === 'queue-polled' && event.found === 1),
    );
    await host.stop();
    assert.equal(count('message-left'), 1);
    assert.equal(said('ran').length, 0);
    assert.equal((await queue.receiveMessages()).receivedMessageItems.length, 0, 'still hidden');
  });

  it('cuts an appTerminate hook that takes too long', async () => {
    const probe = await start({ env: { TERMINATE_MS: '60000' }, timing: { terminateGraceMs: 500 } });
    const pid = probe.host.workerPid();
    await probe.host.stop();
    assert.ok(!probe.lines.some(({ text }) => text === 'terminated'));
    assert.equal(isRunning(pid), false);
  });

  describe('as a process', () => {
    const startProcess = async (message: object) => {
      const queueName = `probe-${randomBytes(5).toString('hex')}`;
      const queue = QueueServiceClient.fromConnectionString(azurite().connectionString).getQueueClient(
        queueName,
      );
      await queue.create();
      await queue.sendMessage(JSON.stringify(message));
      const host = spawn(process.execPath, [hostMain, appFolder('queue-app')], {
        env: { PATH: process.env.PATH, TestStorage: azurite().connectionString, QUEUE_NAME: queueName },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child = host;
      let output = '';
      const worker = await new Promise<number>((resolve, reject) => {
        host.once('exit', () => reject(new Error(`The host ended early: ${output}`)));
        host.stderr.on('data', (data) => {
          output += data;
          const pid = /"event":"ran","pid":(\d+)/.exec(output)?.[1];
          if (pid) resolve(Number(pid));
        });
      });
      const exited = new Promise<number | null>((resolve) => host.once('exit', resolve));
      return { host, worker, exited, output: () => output };
    };

    it('stops on SIGTERM in this order and exits with 0', async () => {
      const { host, worker, exited, output } = await startProcess({ do: 'sleep', ms: 500 });
      host.kill('SIGTERM');
      assert.equal(await exited, 0);
      assert.match(output(), /Executed 'Functions\.work' \(Succeeded/);
      assert.match(output(), /terminated/);
      assert.equal(isRunning(worker), false);
    });

    it('takes its worker along when it is killed', async () => {
      const { host, worker, exited } = await startProcess({ do: 'hang' });
      host.kill('SIGKILL');
      await exited;
      const deadline = Date.now() + 10_000;
      while (isRunning(worker)) assert.ok(Date.now() < deadline, `worker ${worker} still runs`);
    });
  });
});

function isRunning(pid: number | undefined): boolean {
  return pid !== undefined && existsSync(`/proc/${pid}`);
}
