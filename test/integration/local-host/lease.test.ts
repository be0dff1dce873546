import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useProbes } from './probe.js';

describe('the lease of a message', () => {
  const { start } = useProbes();

  it('is renewed at half of it while the function runs, again and again, and the delete uses the last receipt', async () => {
    const probe = await start({ timing: { leaseMs: 2_000 } });
    const { queue, send, said, events, count, until } = probe;
    await send({ do: 'sleep', ms: 5_500 });
    await until('the message deleted', () => count('message-deleted') === 1);
    assert.equal(said('ran').length, 1);
    const renewals = events.filter(({ type }) => type === 'lease-renewed');
    assert.ok(renewals.length >= 4 && renewals.length <= 6, `${renewals.length} renewals`);
    assert.equal((await queue.getProperties()).approximateMessagesCount, 0);
  });

  it('is lost without an error when the function changes its own message, which is then delivered again', async () => {
    const probe = await start({ timing: { leaseMs: 2_000 } });
    const { send, said, lines, count, until } = probe;
    await send({ do: 'steal', hideSeconds: 2, ms: 1_500 });
    await until('a second delivery', () => said('ran').length >= 2);
    assert.ok(count('lease-lost') >= 1);
    assert.ok(count('message-gone') >= 1, 'its delete was ignored');
    assert.deepEqual(
      lines.filter(({ level }) => level === 'error'),
      [],
    );
  });
});
