import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { type Azurite, startAzurite } from '../../../src/local-host/start-azurite.js';
import { type Probe, startProbe, useProbes } from './probe.js';

describe('HTTP functions on the local host', () => {
  let azurite: Azurite;
  let probe: Probe;
  before(async () => {
    azurite = await startAzurite();
    probe = await startProbe(azurite, { app: 'http-app' });
  });
  after(async () => {
    await probe.host.stop();
    await azurite.stop();
  });
  const request = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`${probe.host.url}/api/${path}`, init);

  it('are given the request and answer for themselves, in an app that has no queue', async () => {
    const response = await request('greet?name=Ada', {
      method: 'POST',
      body: 'bödy',
      headers: { 'user-agent': 'test' },
    });
    assert.equal(response.status, 201);
    assert.equal(response.headers.get('x-app'), 'greet');
    assert.equal(
      response.headers.get('set-cookie'),
      'seen=yes; Path=/; Max-Age=60; HttpOnly; SameSite=Strict',
    );
    assert.deepEqual(await response.json(), {
      pid: probe.host.workerPid(),
      name: 'Ada',
      agent: 'test',
      body: 'bödy',
    });
    assert.equal(probe.host.routes.greet, '/api/greet');
  });

  it('carry bytes both ways', async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 256);
    const response = await request('echo', { method: 'POST', body: bytes });
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes);
  });

  it('are found by method and route alone', async () => {
    assert.equal((await request('absent')).status, 404);
    assert.equal((await request('greet', { method: 'DELETE' })).status, 404);
    assert.equal((await request('jobs')).status, 404);
    assert.equal((await fetch(`${probe.host.url}/greet`)).status, 404);
  });

  it('want the key of their level, as a header or in the query', async () => {
    const { keys } = probe.host;
    assert.equal((await request('jobs/7')).status, 401);
    assert.equal((await request('jobs/7?code=wrong')).status, 401);
    assert.equal(await (await request(`jobs/a%20b?code=${keys.function}`)).text(), 'job a b');
    assert.equal(
      await (await request('jobs/7', { headers: { 'x-functions-key': keys.master } })).text(),
      'job 7',
    );
    const remove = (key: string) =>
      request('jobs/7', { method: 'DELETE', headers: { 'x-functions-key': key } });
    assert.equal((await remove(keys.function)).status, 401);
    assert.equal((await remove(keys.master)).status, 200);
  });

  it('answer 204 when they return nothing, and 500 when they raise', async () => {
    assert.equal((await request('silent')).status, 204);
    const failed = await request('raises');
    assert.equal(failed.status, 500);
    assert.equal(await failed.text(), '');
  });

  it('answer 500 at once when the worker exits, and wait for the next worker after that', async () => {
    const inFlight = request('never');
    await probe.until('the request is in flight', () =>
      probe.events.some((event) => event.type === 'invocation-started' && event.functionName === 'never'),
    );
    const pid = probe.host.workerPid();
    assert.equal((await request('exits')).status, 500);
    assert.equal((await inFlight).status, 500);
    const answers = await Promise.all(Array.from({ length: 5 }, () => request('greet')));
    for (const answer of answers) {
      assert.equal(answer.status, 201);
      assert.notEqual(((await answer.json()) as { pid: number }).pid, pid);
    }
  });

  it('do not keep the host from stopping', async () => {
    const other = await startProbe(azurite, { app: 'http-app', timing: { drainMs: 300 } });
    const cut = new Promise<string>((resolve) => {
      get(`${other.host.url}/api/never`, (response) => resolve(`status ${response.statusCode}`)).once(
        'error',
        () => resolve('cut'),
      );
    });
    await other.until('the request is in flight', () => other.count('invocation-started') === 1);
    await other.host.stop();
    assert.ok(['cut', 'status 500'].includes(await cut));
  });
});

describe('an app on the local host', () => {
  const { start } = useProbes();

  it('finds in @azure/functions-core what the real worker supplies, hooks in their order', async () => {
    const probe = await start({ app: 'many-hooks-app', hostVersion: '4.1049.1' });
    const response = await fetch(`${probe.host.url}/api/order`);
    assert.deepEqual(await response.json(), {
      hostVersion: '4.1049.1',
      version: '3.14.1',
      model: '@azure/functions',
      order: ['appStart', 'pre', 'handler added', 'post kept'],
    });
    assert.ok(probe.lines.some(({ text }) => text === '[order] WRITTEN IN LOWER CASE'));
    const errors = await fetch(`${probe.host.url}/api/errors`);
    assert.deepEqual(((await errors.json()) as { errors: string[] }).errors, [
      'RangeError',
      'A function can only be registered during app startup.',
    ]);
  });

  it('that cannot be loaded is said to be so, with the file and the reason', async () => {
    await assert.rejects(
      start({ app: 'broken-app' }),
      /Cannot start the functions app: .*unable to load entry point "app\.js": Error: this app cannot be loaded/,
    );
    await assert.rejects(start({ app: 'absent-app' }), /Cannot read .*absent-app\/host\.json/);
  });
});
