import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ownPrices } from '../../../src/deployment/cost/own-prices.js';
import { pricesRemarks } from '../../../src/deployment/cost/prices-remarks.js';
import { readPrices } from '../../../src/deployment/cost/read-prices.js';
import { UsageError } from '../../../src/reporting/usage-error.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { prices } from './cost-examples.js';

const make = temporaryFolders();

describe('prices', () => {
  it('of this repository are complete, and say what was checked', async () => {
    const own = await readPrices(ownPrices);
    for (const { amount, checked, note } of Object.values(own.prices)) {
      assert.ok(amount > 0);
      // The date of the file is that of the oldest price in it.
      if (checked === null) assert.ok(note);
      else assert.ok(checked.slice(0, 10) >= own.date, checked);
    }
  });

  it('are named as old after 180 days, and as not checked', () => {
    const of = (day: string) => pricesRemarks(prices, 'premium', new Date(day));
    assert.deepEqual(of('2026-06-30T23:59:59Z'), []);
    assert.match(of('2026-07-01T00:00:00Z')[0] ?? '', /^The prices are 181 days old \(2026-01-01\)\./);
    assert.match(of('2025-12-31T00:00:00Z')[0] ?? '', /still to come/);
    const unchecked = {
      ...prices,
      prices: { ...prices.prices, premiumVcpuHour: { ...prices.prices.premiumVcpuHour, checked: null } },
    };
    const on = new Date('2026-01-02');
    assert.deepEqual(pricesRemarks(unchecked, 'premium', on), ['Not checked for nowhere: premiumVcpuHour.']);
    assert.deepEqual(pricesRemarks(unchecked, 'containerapps', on), []);
  });

  const wrong: [string, string, RegExp][] = [
    ['that are not JSON', '{', /Cannot use the prices in .*: it is not JSON/],
    ['without a date', JSON.stringify({ ...prices, date: undefined }), /: date: /],
    [
      'with a price below 0',
      JSON.stringify(prices).replace('0.36', '-1'),
      /prices\.premiumVcpuHour\.amount: /,
    ],
    ['in another unit', JSON.stringify(prices).replace('vCPU-hour', 'vCPU-day'), /premiumVcpuHour\.unit: /],
    [
      'with one that is unknown',
      JSON.stringify(prices).replace('"registry"', '"registrar"'),
      /prices\.registry: /,
    ],
  ];
  for (const [what, text, message] of wrong)
    it(`${what} are refused`, async () => {
      const file = join(await make({ 'prices.json': text }), 'prices.json');
      await assert.rejects(
        readPrices(file),
        (error: Error) => error instanceof UsageError && message.test(error.message),
      );
    });

  it('from a file that is not there are refused', async () => {
    await assert.rejects(
      readPrices('/nowhere/prices.json'),
      /\/nowhere\/prices\.json: there is no such file or folder \(ENOENT\)\./,
    );
  });
});
