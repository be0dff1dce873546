import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isOldHost } from '../../../src/local-host/is-old-host.js';
import { type Probe, useProbes } from './probe.js';

describe('the local host when its worker exits', () => {
  const { start } = useProbes();
  const exits = ({ events }: Probe) =>
    events.flatMap((event) => (event.type === 'worker-exited' ? [event] : []));
  const errors = ({ events }: Probe): string[] =>
    events.flatMap((event) => (event.type === 'invocation-ended' && event.error ? [event.error] : []));

  for (const code of [200, 0]) {
    it(`takes ${code} as a wish to be restarted: no error however often, the one in flight fails at once`, async () => {
      const probe = await start({ host: { 'queues.maxDequeueCount': 1 } });
      const { host, send, said, count, until, poison } = probe;
      const messages = Array.from({ length: 5 }, (_, index) => ({ do: 'exit', code, name: String(index) }));
      await send(...messages, { do: 'ok', name: 'last' });
      await until('the last one deleted', () => said('ran').length === 6 && count('message-deleted') === 6);
      assert.deepEqual(
        exits(probe).map((exit) => [exit.code, exit.intended]),
        messages.map(() => [code, true]),
      );
      assert.deepEqual(
        errors(probe),
        messages.map(() => 'Worker channel is shutting down. Aborting function.'),
      );
      // Asked for with 200: whoever reads on sees a recycling, and no error.
      const wrong = probe.lines.filter(({ level, text }) => level === 'error' && text.includes('Failed'));
      assert.equal(wrong.length, code === 200 ? 0 : 5);
      assert.equal(new Set(said('ran').map(({ pid }) => pid)).size, 6);
      assert.equal(said('ran').at(-1)?.pid, host.workerPid());
      assert.equal((await poison.getProperties()).approximateMessagesCount, 5);
    });
  }

  it('loses and redelivers nothing when workers delete their messages, hold their answers and exit with 200', async () => {
    const probe = await start({ host: { 'queues.batchSize': 8, 'queues.maxPollingInterval': '00:00:00.1' } });
    const { queue, poison, send, said, count, until } = probe;
    await send(...Array.from({ length: 24 }, (_, index) => ({ do: 'hold', name: String(index) })));
    await until('all of them gone', () => count('message-gone') === 24);
    const names = said('ran').map(({ name }) => name);
    assert.equal(names.length, 24);
    assert.equal(new Set(names).size, 24);
    assert.ok(exits(probe).every(({ code, intended }) => code === 200 && intended));
    assert.ok(exits(probe).length < 24, 'several were held by one worker');
    assert.equal((await queue.getProperties()).approximateMessagesCount, 0);
    assert.equal(await poison.exists(), false);
  });

  it('copies a message to the poison queue at its last delivery, though the worker had deleted it', async () => {
    const { poison, send, count, until } = await start({ host: { 'queues.maxDequeueCount': 1 } });
    await send({ do: 'hold', name: 'committed' });
    await until('the message poisoned, and found gone', () => count('message-gone') === 1);
    assert.equal(count('message-poisoned'), 1);
    assert.equal((await poison.getProperties()).approximateMessagesCount, 1);
  });

  it('with a threshold above 0, fetches while the held ones fail, and those attempts fail with no worker', async () => {
    const probe = await start({
      host: { 'queues.batchSize': 8, 'queues.newBatchThreshold': 4, 'queues.maxDequeueCount': 9 },
      timing: { failureGapMs: 60, restartIntervalMs: 500 },
    });
    const { send, said, until } = probe;
    await send(...Array.from({ length: 8 }, () => ({ do: 'hang' })));
    await until('more than the threshold in flight', () => said('ran').length > 4);
    const before = said('ran').length;
    await send(...Array.from({ length: 8 }, (_, index) => ({ do: 'ok', name: `innocent-${index}` })));
    process.kill(Number(said('ran')[0]?.pid), 'SIGKILL');
    await until('an attempt failed with no worker', () =>
      errors(probe).includes('Did not find any initialized language workers'),
    );
    await until('the new worker runs messages', () => said('ran').length > before);
    assert.ok(errors(probe).length > before, 'more attempts failed than were in flight');
  });

  it('with threshold 0, what comes while the worker is replaced waits for the new one', async () => {
    const probe = await start({ host: { 'queues.batchSize': 4 }, timing: { restartIntervalMs: 1_000 } });
    const { send, said, count, until } = probe;
    await send({ do: 'hold' });
    await until('the first exit', () => exits(probe).length === 1);
    await send({ do: 'hold' });
    await until('the second exit', () => exits(probe).length === 2);
    await send({ do: 'ok', name: 'patient' });
    await until('the message deleted', () => count('message-deleted') === 1);
    assert.deepEqual(errors(probe), Array(2).fill('Worker channel is shutting down. Aborting function.'));
    assert.equal(said('ran').filter(({ name }) => name === 'patient').length, 1);
    const starts = probe.events.filter(({ type }) => type === 'worker-started').map(({ at }) => at);
    assert.ok((starts[2] ?? 0) - (starts[1] ?? 0) >= 1_000, 'the restarts are an interval apart');
  });

  it('redelivers what a worker that is killed had in flight, and counts the kill as an error', async () => {
    const probe = await start();
    const { host, send, said, count, until } = probe;
    await send({ do: 'hang' });
    await until('it runs', () => said('ran').length === 1);
    process.kill(host.workerPid() ?? Number.NaN, 'SIGKILL');
    await until('it runs again', () => said('ran').length === 2);
    assert.equal(count('message-released'), 1);
    assert.deepEqual(
      exits(probe).map(({ signal, intended }) => [signal, intended]),
      [['SIGKILL', false]],
    );
  });

  it('ends at the third crash, whatever its kind, with code 1', async () => {
    const probe = await start({ host: { 'queues.maxDequeueCount': 1 } });
    await probe.send({ do: 'crash' }, { do: 'reject' }, { do: 'exit', code: 134 });
    const exit = await probe.host.exited;
    assert.equal(exit.code, 1);
    assert.match(exit.reason, /crashed three times/);
    assert.deepEqual(
      exits(probe).map(({ code }) => code),
      [1, 1, 134],
    );
    assert.equal(probe.host.workerPid(), undefined);
    assert.equal(
      (await probe.poison.getProperties()).approximateMessagesCount,
      3,
      'the third one was ended too',
    );
  });

  it('forgets crashes when enough time has passed without one', async () => {
    const probe = await start({ host: { 'queues.maxDequeueCount': 1 }, timing: { errorMemoryMs: 1 } });
    const { send, said, until } = probe;
    for (let crash = 1; crash <= 4; crash += 1) {
      await send({ do: 'exit', code: 1 });
      await until(`crash ${crash}`, () => exits(probe).length === crash);
    }
    await send({ do: 'ok', name: 'still here' });
    await until('the next message ran', () => said('ran').at(-1)?.name === 'still here');
  });

  it('as a version before 4.1048, leaves what was in flight at exit 200 hanging until functionTimeout', async () => {
    const probe = await start({
      hostVersion: '4.1037.0',
      host: { functionTimeout: '00:00:02' },
      timing: { timeoutGraceMs: 500 },
    });
    const { send, said, events, count, until } = probe;
    await send({ do: 'hold' }, { do: 'ok', name: 'behind' });
    await until('a new worker', () => count('worker-started') === 2);
    assert.equal(count('invocation-ended'), 0);
    await until('the next message ran', () => said('ran').at(-1)?.name === 'behind');
    assert.match(errors(probe)[0] ?? '', /Timeout value of 2000 ms was exceeded/);
    const at = (type: string): number => events.find((event) => event.type === type)?.at ?? 0;
    assert.ok(at('invocation-ended') - at('invocation-started') >= 2_400, 'the limit and its grace');
    assert.equal(count('worker-started'), 2, 'nobody ran it any more, so no worker was replaced for it');
  });

  it('as a version before 4.1048, does not notice exit 0 until an invocation has timed out', async () => {
    const probe = await start({
      hostVersion: '4.1037.0',
      host: { functionTimeout: '00:00:01' },
      timing: { timeoutGraceMs: 100 },
    });
    const { send, said, count, until } = probe;
    await send({ do: 'exit', code: 0 });
    await until('the message ran again', () => said('ran').length === 2);
    assert.match(errors(probe)[0] ?? '', /Timeout value/);
    assert.equal(count('worker-started'), 2);
  });

  describe('after the last hook', () => {
    // Lost or received as measured on the real worker, but for the last two, which wait for much longer than would do: a busy
    // machine can come between an answer and its departure. How long that takes, a unit test says.
    for (const [exitAfter, bytes, received] of [
      ['at once', 0, false],
      ['microtask', 0, false],
      ['nextTick', 0, false],
      ['setImmediate', 0, false],
      ['timer of 0 ms', 0, false],
      ['timer of 10 ms', 2_000_000, false],
      ['timer of 2000 ms', 0, true],
      ['timer of 2000 ms', 2_000_000, true],
    ] as const) {
      it(`${received ? 'receives' : 'loses'} a result of ${bytes} bytes when the exit is ${exitAfter}`, async () => {
        const probe = await start({ host: { 'queues.maxDequeueCount': 1 } });
        await probe.send({ do: 'return', bytes, exitAfter });
        await probe.until(
          'the exit',
          () => exits(probe).length === 1 && probe.count('message-deleted') === 1,
        );
        assert.equal(probe.count('message-poisoned'), received ? 0 : 1);
      });
    }
  });
});

describe('host versions', () => {
  it('before 4.1048, and those that cannot be read, count as old', () => {
    assert.deepEqual(['4.1037.0.0', '4.1047', '3.9999', 'unknown', ''].map(isOldHost), Array(5).fill(true));
    assert.deepEqual(['4.1048', '4.1050.0', '5.0.0'].map(isOldHost), Array(3).fill(false));
  });
});
