import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import pLimit from 'p-limit';
import { createEnvironments } from '../../../src/environments/create-environments.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { ForkRefused } from '../../../src/simulation/fork-refused.js';
import type { PythonEnvironment } from '../../../src/simulation/ports.js';
import { makeVenv } from '../../fixtures/environments/make-venv.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import {
  createFixtureRunner,
  type FixtureReport,
  type FixtureRun,
  type FixtureRunner,
  processesOf,
} from './run-fixture.js';

const methods =
  process.platform === 'linux' ? (['spawn', 'standby', 'forkserver'] as const) : ['spawn' as const];
type Method = (typeof methods)[number];

/** Places that a process comes by before it has its task: what dies there under other methods is no process of a task yet. */
const early = ['starting', 'importing'];
const atItsEnd = ['atexit', 'destructor', 'thread', 'C++'];

/** In which nothing but what hangs can be late, even on a busy machine. */
const ampleMs = 300_000;
const hangsMs = 4_000;
/** Side by side, besides those that hang. */
const atOnce = 4;

const make = temporaryFolders();
let environment: PythonEnvironment;
before(async () => {
  const folder = join(await make(), 'environment');
  const file = async (name: string) =>
    [name, await readFile(join(packageRoot, 'test', 'fixtures', 'environments', 'dying', name))] as const;
  await makeVenv(folder, Object.fromEntries(await Promise.all(['dying.py', 'sitecustomize.py'].map(file))));
  environment = await createEnvironments({ python: folder, venvsFolder: '/nowhere' }).base();
});

/** The table of src/runner/README.md: what is recorded of a process that was started for its task, by place and way. */
const table: Map<string, Map<string, string>> = await readTable();
const deaths = [...table].flatMap(([place, row]) =>
  [...row].map(([way, recorded]) => ({ place, way, recorded, death: `${place}: ${way}` })),
);

describe('side by side', { concurrency: true }, () => {
  for (const method of methods) {
    test(`by ${method}: wherever and however a process dies, what is recorded is what the table says, and nothing of it is left`, async (t) => {
      const runner = await createFixtureRunner({
        standby: { most: method === 'standby' ? 1000 : 0, unusedMs: 600_000 },
        templates: { most: 1000, unusedMs: 600_000 },
      });
      t.after(() => runner.close());
      const limit = pLimit(atOnce);
      // As many stand by as can be asked for before the next ones do; or there is a template.
      const askedFor =
        atOnce + deaths.filter(({ place, way }) => way === 'hangs' || place === 'reading').length;
      const first = Array.from({ length: method === 'standby' ? askedFor : 1 }, () => run(runner, method));
      for (const { outcome, reason } of await Promise.all(first)) assert.equal(outcome, 'succeeded', reason);

      const ran = deaths.map(async (each) => {
        const work = () => dies(runner, method, each.place, each.way);
        return { ...each, ...(await (each.way === 'hangs' ? work() : limit(work))) };
      });
      const reports = await Promise.all(ran);

      assert.deepEqual(
        reports.map((report) => `${report.death}: ${told(report)}`),
        deaths.map(({ place, death, recorded }) => `${death}: ${expected(method, place, recorded)}`),
      );
      for (const report of reports) {
        assertNothingLeft(report);
        if (report.outcome !== 'succeeded') assert.match(report.reason, reasonOf(report), report.death);
      }
      const stoodBy = reports.filter(({ place, standby }) => standby && !early.includes(place));
      const couldStandBy = deaths.filter(({ place }) => ![...early, 'reading'].includes(place));
      if (method === 'standby')
        assert.ok(stoodBy.length >= couldStandBy.length, `${stoodBy.length} stood by`);
      // What dies in a process of its task's has been there: the log says so. On a busy machine what hangs may not have come so far.
      for (const { death, place, way, logText } of reports) {
        if (way === 'hangs' || expected(method, place, '') !== '') continue;
        assert.ok(logText.includes(`\n${death}\n`), `${death}: ${logText}`);
        assert.equal(/\[.* was ignored: .*\]\n/.test(logText), place === 'reporting', `${death}: ${logText}`);
      }
      const kept = reports.filter(({ partial }) => partial.length > 0);
      assert.deepEqual(
        kept.map(({ death, partial }) => [death, partial.map(({ name }) => name)]),
        [['writing: raises', ['table']]],
      );
      const nonces = reports.flatMap(({ attestation }) => attestation?.nonce ?? []);
      assert.equal(new Set(nonces).size, nonces.length);
      const last = await run(runner, method);
      assert.deepEqual([last.outcome, last.standby], ['succeeded', method === 'standby']);
    });
  }

  test('by forkserver: a forked process that dies before it has said who it is costs its task nothing', {
    skip: process.platform !== 'linux',
  }, async (t) => {
    const runner = await createFixtureRunner({ templates: { most: 1000, unusedMs: 600_000 } });
    t.after(() => runner.close());
    const ways = ['os._exit(0)', 'os._exit(3)', 'segfaults', 'kills itself', 'is killed'];
    // Each template forks one for trial, first.
    const ran = ways.map((way) => dies(runner, 'forkserver', 'forking', way, 2));
    for (const report of await Promise.all(ran)) {
      assert.deepEqual(
        [report.outcome, report.attestation?.start_method],
        ['succeeded', 'forkserver'],
        report.reason,
      );
    }
  });
});

/** A task in a process that dies at a place, in a way. Before there is a task, the `n`-th process that comes by dies. */
async function dies(runner: FixtureRunner, method: Method, place: string, way: string, n = 1) {
  const hangs = way === 'hangs';
  if (![...early, 'forking'].includes(place)) {
    const params = JSON.stringify({ dies: `${place}: ${way}` });
    return run(runner, method, {
      params,
      ...(hangs && !atItsEnd.includes(place) && { timeoutMs: hangsMs }),
    });
  }
  const folder = join(runner.scratchRoot, `${place}: ${way}`.replace(': ', ' '));
  await mkdir(folder);
  await chmod(folder, 0o777);
  const which = method === 'standby' ? 2 : n;
  const task = { env: { DIES: `${place}: ${way}: ${which}: ${folder}` } };
  // After which one stands by.
  if (method === 'standby') await run(runner, method, { task });
  // A template's import is waited for a tenth of it.
  const timeoutMs = method === 'spawn' ? hangsMs : method === 'forkserver' ? 30_000 : ampleMs;
  return run(runner, method, { task, ...(hangs && { timeoutMs }) });
}

/** As the app does it: what cannot be forked is started anew. */
async function run(runner: FixtureRunner, method: Method, more: FixtureRun = {}): Promise<FixtureReport> {
  const asked = { environment, timeoutMs: ampleMs, ...more };
  if (method !== 'forkserver') return runner.run('dies', asked);
  try {
    return await runner.run('dies', { ...asked, executor: 'forkserver' });
  } catch (error) {
    if (!(error instanceof ForkRefused)) throw error;
    return runner.run('dies', asked);
  }
}

/** The table is for processes that were started for their task. */
function expected(method: Method, place: string, recorded: string): string {
  // One that stood by, or a template: the task has a process of its own.
  if (method !== 'spawn' && early.includes(place)) return 'succeeded';
  // It leaves at once.
  if (method === 'forkserver' && atItsEnd.includes(place)) return 'succeeded';
  return recorded;
}

function told({ outcome, exit }: FixtureReport): string {
  const how = exit.signal ?? exit.code;
  return how === 0 ? outcome : `${outcome}, ${how}`;
}

/** It says how far the process had come. */
function reasonOf({ place, way, outcome }: FixtureReport & { place: string; way: string }): RegExp {
  if (way === 'raises' && outcome !== 'crashed') return /ValueError: on purpose/;
  if (place === 'starting') return /(before its interpreter had|By then its interpreter had not) started\b/;
  if (early.includes(place) || place === 'reading') {
    return /before its wire function was called|By then its wire function had not been called|It was in wire\.py/;
  }
  return outcome === 'timed-out'
    ? new RegExp(`time limit is ${hangsMs / 1000} s`)
    : /before its result was complete/;
}

function assertNothingLeft({
  death,
  logText,
  leftovers,
  folder,
  exit,
  outcome,
}: FixtureReport & { death: string }) {
  assert.deepEqual(leftovers.unkillable, [], death);
  for (const [name] of logText.matchAll(/^left-\S+$/gm)) assert.deepEqual(processesOf(name), [], death);
  assert.ok(!existsSync(folder), death);
  assert.match(logText, /^PID \d+: Starting task abcdef01-seed7\n/, death);
  assert.equal(exit.afterResult, outcome === 'succeeded' && (exit.code ?? exit.signal) !== 0, death);
}

async function readTable(): Promise<typeof table> {
  const page = await readFile(join(packageRoot, 'src', 'runner', 'README.md'), 'utf8');
  const [, section = ''] = page.split('\n## Where a process can die\n');
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.replaceAll('`', '').trim()),
    );
  const [[, ...ways] = [], , ...places] = rows;
  assert.ok(ways.length > 0 && places.length > 0, 'the table is there');
  return new Map(
    places.map(([place = '', ...cells]) => [
      place.split(',')[0] ?? '',
      new Map(cells.flatMap((cell, at) => (cell === '–' ? [] : [[ways[at] ?? '', cell] as const]))),
    ]),
  );
}
