import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { ownPrices } from '../../../src/deployment/cost/own-prices.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const main = join(packageRoot, 'dist', 'cli', 'main.js');
const cost = (...args: string[]) =>
  execa(process.execPath, [main, 'deploy', 'cost', ...args], { reject: false, timeout: 60_000 });

test('an estimate says that it is one, of which prices, and which of them were not checked', async () => {
  const { stdout, stderr, exitCode } = await cost();
  assert.equal(exitCode, 0, stderr);
  const { date, region } = JSON.parse(await readFile(ownPrices, 'utf8'));
  assert.match(
    stdout,
    new RegExp(`^An estimate, from list prices in USD for ${region} of ${date}; not an offer\\.`),
  );
  assert.match(stdout, /^premium, small \(EP1: 1 vCPU, 3\.5 GiB\), 1 to 20 instances, 1 task at once/m);
  assert.match(stdout, /^total, USD +[\d.]+ +[\d.]+$/m);
  assert.match(stdout, /^Not counted: /m);
  assert.match(stderr, /^Not checked for eastus: /m);
});

test("for programs it is one document, and a person's own prices are used", async () => {
  const file = JSON.parse(await readFile(ownPrices, 'utf8'));
  file.date = '2020-02-02';
  file.currency = 'CHF';
  file.prices.containerAppsVcpuSecond.amount = 1;
  const prices = join(await make({ 'mine.json': JSON.stringify(file) }), 'mine.json');
  const { stdout, exitCode } = await cost(
    '--json',
    '--hosting',
    'containerapps',
    '--tasks',
    '1',
    '--prices',
    prices,
  );
  assert.equal(exitCode, 0);
  const document = JSON.parse(stdout);
  assert.deepEqual(document.prices, { date: '2020-02-02', region: 'eastus', currency: 'CHF' });
  assert.deepEqual([document.request.tasks, document.request.minimum_instances], [1, 0]);
  // One replica of one processor for 60 s, and the 300 s that it stays.
  assert.equal(document.job.usage.vcpu_seconds, 360);
  assert.ok(document.job.money.compute > 360 && document.job.money.compute < 361);
  assert.match(document.remarks[0], /^The prices are \d+ days old \(2020-02-02\)/);
});

for (const [what, args, message] of [
  ['a number out of its bounds', ['--maximum-instances', '101'], /It must be a whole number from 1 to 100/],
  ['a unit', ['--memory-gib', '2GiB'], /It must be a number from 0\.01 to 14, without a unit/],
  ['another hosting', ['--hosting', 'flex'], /Allowed choices are premium, containerapps/],
  ['a task that does not fit', ['--memory-gib', '3'], /Cannot estimate: a task of 3 GiB does not fit/],
  [
    'a folder for a file',
    ['--prices', '/'],
    /Cannot use the prices in \/: it is a folder, and a file is wanted/,
  ],
  ['a file that is not there', ['--prices', '/nowhere.json'], /there is no such file/],
] as const)
  test(`${what} is refused as wrong usage`, async () => {
    const { stderr, exitCode } = await cost(...args);
    assert.equal(exitCode, 2);
    assert.match(stderr, message);
  });
