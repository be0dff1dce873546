import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useProbes } from './probe.js';

describe('functionTimeout on the local host', () => {
  const { start } = useProbes();

  it('fails the message 2 s after the limit, once appTerminate has run and a new worker is there', async () => {
    const probe = await start({ host: { functionTimeout: '00:00:01', 'queues.maxDequeueCount': 2 } });
    const { host, poison, send, said, lines, events, count, until } = probe;
    const first = host.workerPid();
    await send({ do: 'hang' }, { do: 'ok', name: 'behind' });
    await until('the message behind it ran', () => said('ran').some(({ name }) => name === 'behind'), 30_000);
    assert.notEqual(host.workerPid(), first);
    assert.ok(lines.some(({ text }) => text === 'terminated'));
    const [started, ended] = ['invocation-started', 'invocation-ended'].map(
      (type) => events.find((event) => event.type === type)?.at ?? 0,
    );
    const took = (ended ?? 0) - (started ?? 0);
    assert.ok(took >= 3_000 && took < 6_000, `${took} ms`);
    await until('it went to the poison queue', () => count('message-poisoned') === 1, 30_000);
    assert.equal((await poison.getProperties()).approximateMessagesCount, 1);
    const exits = events.flatMap((event) =>
      event.type === 'worker-exited' ? [[event.code, event.intended]] : [],
    );
    assert.deepEqual(exits, [
      [0, true],
      [0, true],
    ]);
  });

  it('kills a worker whose appTerminate does not end in time', async () => {
    const probe = await start({
      env: { TERMINATE_MS: '60000' },
      host: { functionTimeout: '00:00:01', 'queues.maxDequeueCount': 1 },
      timing: { timeoutGraceMs: 100, terminateGraceMs: 500 },
    });
    const { send, lines, events, until } = probe;
    await send({ do: 'hang' });
    await until('the failure', () => events.some(({ type }) => type === 'invocation-ended'));
    assert.ok(
      lines.some(({ text }) => text === 'terminating') && !lines.some(({ text }) => text === 'terminated'),
    );
    const exit = events.find((event) => event.type === 'worker-exited');
    assert.equal(exit?.type === 'worker-exited' && exit.signal, 'SIGKILL');
  });

  it('counts a late answer as a failure, and then keeps the worker', async () => {
    const probe = await start({ host: { functionTimeout: '00:00:01', 'queues.maxDequeueCount': 1 } });
    const { host, send, events, count, until } = probe;
    const pid = host.workerPid();
    await send({ do: 'sleep', ms: 1_500 });
    await until('the message poisoned', () => count('message-poisoned') === 1);
    const end = events.find((event) => event.type === 'invocation-ended');
    assert.equal(end?.type === 'invocation-ended' && end.succeeded, false);
    assert.equal(host.workerPid(), pid);
  });
});
