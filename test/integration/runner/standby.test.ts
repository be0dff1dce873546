import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './run-fixture.js';
import { placesOf, withRunner } from './run-standby.js';

test('the second task of a bundle meets a process that was started ahead, fresh and for it alone', () =>
  withRunner({}, async (_, run) => {
    const reports = [await run(), await run(), await run()];
    assert.deepEqual(
      reports.map(({ standby }) => standby),
      [false, true, true],
    );
    assert.deepEqual(
      reports.map(({ attestation }) => attestation?.ordinal),
      [1, 1, 1],
    );
    assert.deepEqual(
      reports.map(({ attestation }) => attestation?.executor),
      ['cold', 'cold', 'cold'],
    );
    assert.equal(new Set(reports.map(({ attestation }) => attestation?.nonce)).size, 3);
    assert.equal(new Set(reports.map(({ outputs }) => outputs.pid)).size, 3);
    for (const { outputs, timings } of reports) {
      assert.equal(outputs.imported_in, outputs.pid);
      assert.equal(outputs.folder, outputs.cwd, 'it is imported in the copy in which it runs');
      assert.ok(timings.start >= 0 && timings.prepare >= 0);
    }
  }));

test('a task of another bundle, or with an environment of its own, takes none of them', () =>
  withRunner({ most: 3 }, async (runner, run) => {
    await run();
    assert.equal((await runner.run('succeeds')).standby, false);
    const own = { task: { env: { OWN: '1' } } };
    const first = await run(own);
    assert.deepEqual([first.standby, first.outputs.own], [false, '1']);
    const second = await run(own);
    assert.deepEqual([second.standby, second.outputs.own], [true, '1']);
    const without = await run();
    assert.equal(without.outputs.own, '');
  }));

test('none stands by when that is turned off', () =>
  withRunner({ most: 0 }, async (runner, run) => {
    assert.deepEqual([(await run()).standby, (await run()).standby], [false, false]);
    assert.deepEqual(placesOf(runner), []);
  }));

test('none is started where the container has no room for it, once it is known what a task takes', () =>
  withRunner({ containerBytes: 256 * 1024 * 1024 + 1 }, async (_, run) => {
    const reports = [await run(), await run(), await run()];
    assert.deepEqual(
      reports.map(({ standby }) => standby),
      [false, true, false],
    );
  }));

test('a bundle that is asked for no more makes room for one that is', () =>
  withRunner({}, async (runner, run) => {
    await run();
    for (const expected of [false, false, true])
      assert.equal((await runner.run('succeeds')).standby, expected);
    await eventually('one stands by', () => placesOf(runner).length === 1);
  }));
