import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compileSharedLibrary } from '../../../src/demonstration/compile-shared-library.js';
import { findNativeToolchain } from '../../../src/environments/find-native-toolchain.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, type FixtureReport, localBundle, python } from './run-fixture.js';

const make = temporaryFolders();
const isLinux = process.platform === 'linux';
/** In which a task under load 12 has begun. */
const timeoutMs = 6000;

const crashes: [how: string, signal: string, place: RegExp | undefined][] = [
  ['segfault', 'SIGSEGV', /, in models\/sir\.py, line 17 \(segfault\)\.$/],
  ['abort', 'SIGABRT', /, in models\/sir\.py, line \d+ \(abort\)\.$/],
  ['floating_point_error', 'SIGFPE', /, in models\/sir\.py, line \d+ \(floating_point_error\)\.$/],
  ['bus_error', 'SIGBUS', /, in models\/sir\.py, line \d+ \(bus_error\)\.$/],
  ['illegal_instruction', 'SIGILL', /, in models\/sir\.py, line \d+ \(illegal_instruction\)\.$/],
  ['in_a_thread', 'SIGSEGV', /, in models\/sir\.py, line 17 \(segfault\)\.$/],
  ['in_a_thread_of_c', 'SIGABRT', /, in models\/sir\.py, line \d+ \(in_a_thread_of_c\)\.$/],
  ['with_log_replaced', 'SIGSEGV', /, in models\/sir\.py, line 17 \(segfault\)\.$/],
  ['by_a_fatal_error', 'SIGABRT', /, in models\/sir\.py, line \d+ \(by_a_fatal_error\)\.$/],
  ['with_own_faulthandler', 'SIGSEGV', /, in models\/sir\.py, line 17 \(segfault\)\.$/],
  ['with_faulthandler_off', 'SIGSEGV', undefined],
  ['with_everything_closed', 'SIGSEGV', undefined],
  ['in_a_child_and_is_killed', 'SIGKILL', undefined],
];

const endless: [how: string, place: RegExp | undefined][] = [
  ['loops', / It was in models\/sir\.py, line \d+ \(loops\)\.$/],
  ['waits_in_c', / It was in models\/sir\.py, line \d+ \(waits_in_c\)\.$/],
  ['loops_in_c', / It was in models\/sir\.py, line \d+ \(loops_in_c\)\.$/],
  ['waits_for_a_child', / It was in models\/sir\.py, line \d+ \(waits_for_a_child\)\.$/],
  ['blocks_signals', undefined],
  ['stops', undefined],
];

for (const method of isLinux ? (['spawn', 'standby', 'forkserver'] as const) : (['spawn'] as const)) {
  describe(`by ${method}`, { concurrency: true }, () => {
    /** Of a task that ran in a process which was started as the method says. */
    async function withRunner(
      use: (run: (how: string, most?: number) => Promise<FixtureReport>) => Promise<void>,
    ) {
      const standby = method === 'standby' ? { standby: { most: 1, unusedMs: 60_000 } } : {};
      const runner = await createFixtureRunner(standby);
      const executor = method === 'forkserver' ? 'forkserver' : 'cold';
      try {
        await use((how, most) =>
          runner.run('crashes', {
            executor,
            params: JSON.stringify({ how }),
            ...(most !== undefined && { timeoutMs: most }),
          }),
        );
      } finally {
        await runner.close();
      }
    }

    test('a crash tells its place in the bundle, and its stack is in the log and the tail of standard error', async () => {
      await withRunner(async (run) => {
        if (method === 'standby') await run('nothing'); // after which one stands by
        for (const [how, signal, place] of crashes) {
          const { outcome, reason, exit, logText, stderrTail, standby } = await run(how);
          assert.deepEqual(
            [how, outcome, exit.signal, standby],
            [how, 'crashed', signal, method === 'standby'],
          );
          if (place === undefined) assert.match(reason, /before its result was complete\.$/, how);
          else {
            assert.match(reason, place, how);
            for (const text of [logText, stderrTail]) {
              assert.match(text, /^Fatal Python error: /m, how);
              assert.match(text, /^ {2}File ".*\/bundle\/wire\.py", line 5 in wire$/m, how);
            }
          }
          assert.doesNotMatch(logText, /was ignored/, how);
        }
      });
    });

    test('a simulation that handles its signals itself does so', async () => {
      await withRunner(async (run) => {
        const { reason, exit, logText } = await run('with_own_handler');
        assert.equal(exit.code, 11, reason);
        assert.doesNotMatch(logText, /Fatal Python error/);
      });
    });

    test('a child that crashes tells so in the log, and the task goes on', async () => {
      await withRunner(async (run) => {
        const { outcome, reason, logText } = await run('in_a_child');
        assert.equal(outcome, 'succeeded', reason);
        assert.match(logText, /^Fatal Python error: Segmentation fault$/m);
      });
    });

    test('at its time limit a simulation tells where it is, unless it keeps signals from itself', {
      skip: !isLinux,
    }, async () => {
      await withRunner(async (run) => {
        const ran = endless.map(async ([how, place]) => ({ how, place, ...(await run(how, timeoutMs)) }));
        for (const { how, place, outcome, reason, logText, leftovers } of await Promise.all(ran)) {
          assert.equal(outcome, 'timed-out', how);
          assert.match(reason, place ?? /\(MODELOPS_TASK_TIMEOUT_SECONDS\)\.$/, how);
          assert.equal(/^Stack \(most recent call first\):$/m.test(logText), place !== undefined, how);
          assert.deepEqual(leftovers.unkillable, [], how);
        }
      });
    });
  });
}

test('a crash in C++ tells the line of Python that called it', async (t) => {
  const { compiler, pythonHeaders } = await findNativeToolchain(python);
  if ('lacking' in compiler) return t.skip(compiler.lacking);
  if ('lacking' in pythonHeaders) return t.skip(pythonHeaders.lacking);
  const sources = join(packageRoot, 'test', 'fixtures', 'simulations', 'crashes_in_cpp');
  const folder = await make({});
  await cp(join(sources, 'wire.py'), join(folder, 'wire.py'));
  const obstacle = await compileSharedLibrary({
    compiler: compiler.path,
    folder: sources,
    sources: ['sir.cpp'],
    includeFolders: [pythonHeaders.path],
    output: join(folder, 'sir.abi3.so'),
  });
  assert.equal(obstacle, undefined);
  const runner = await createFixtureRunner();
  try {
    const { reason } = await runner.run('', { bundle: await localBundle(folder) });
    assert.equal(
      reason,
      'The Python process was ended by SIGSEGV before its result was complete, in wire.py, line 5 (simulate).',
    );
  } finally {
    await runner.close();
  }
});
