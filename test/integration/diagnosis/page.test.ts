import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { diagnosisPage } from '../../../src/diagnosis/page/diagnosis-page.js';
import { type MadeDiagnosis, madeDiagnosis } from '../../fixtures/diagnosis/made-diagnosis.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { openBrowser } from '../../fixtures/reports/open-browser.js';
import { withQuietPage } from '../../fixtures/reports/with-quiet-page.js';

const opened = await openBrowser();
const make = temporaryFolders();
const long = '_longer_than_any_column_of_a_telephone_could_ever_be_and_then_some';
const hostile = `</style><script>document.title='owned'</script><img src=x onerror="document.title='owned'">&amp;`;

describe('the page of a diagnosis', { skip: 'lacking' in opened && opened.lacking }, () => {
  after(async () => {
    if ('browser' in opened) await opened.browser.close();
  });

  const withPage = async (made: MadeDiagnosis, use: (page: Page) => Promise<void>, again?: string) => {
    if (!('browser' in opened)) return;
    const path = join(await make({ 'page.html': '' }), 'page.html');
    await writeFile(path, diagnosisPage(madeDiagnosis(made), again));
    await withQuietPage(opened.browser, path, use);
  };

  test('shows every task in every order, the proof, what repeats it, the cause, and from what no leak is told', async () => {
    await withPage(
      {},
      async (page) => {
        assert.deepEqual(await page.locator('h2').allTextContents(), [
          'The shortest proof',
          'The culprit',
          'Not reproducible',
          'Left out',
          'Tasks and orders',
          'Cold and reused',
          'Until it is mended',
        ]);
        const matrix = page.locator('.matrix');
        assert.equal(await matrix.locator('tbody tr').count(), 30);
        assert.equal(await matrix.locator('tbody tr').first().locator('th, td').count(), 7);
        assert.match((await matrix.textContent()) ?? '', /not reached 27.*the process ended 22/s);
        assert.equal(
          await matrix.locator('tbody tr').nth(5).locator('td').nth(1).textContent(),
          'ends its process',
        );
        const text = (await page.locator('main').textContent()) ?? '';
        for (const told of [
          'mops-cold diagnose shortest.json',
          'crashed: The process ended with SIGSEGV.',
          '176 of 180 values differ',
          'the answer is right again: it is the cause',
        ])
          assert.ok(text.includes(told), told);
        assert.ok(!text.includes('`'), 'names stand as code');
      },
      'mops-cold diagnose shortest.json',
    );
  });

  test('takes what strangers wrote as text', async () => {
    await withPage({ name: hostile, tasks: 8 }, async (page) => {
      assert.match(await page.title(), /^Diagnosis of models\.seir<\/style>/);
      assert.equal(await page.locator('img, script').count(), 0);
    });
  });

  for (const made of [
    {},
    { name: long, tasks: 8 },
    { verdict: 'not-reproducible' },
    { verdict: 'clean' },
  ] as const)
    test(`fits a telephone and paper: ${JSON.stringify(made).slice(0, 40)}`, async () => {
      await withPage(made, async (page) => {
        await page.setViewportSize({ width: 380, height: 800 });
        assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), 380);
        // What is wider is scrolled by itself, which keys must reach.
        const unreachable = await page.evaluate<number>(
          `[...document.querySelectorAll('*')].filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'auto' && one.tabIndex < 0).length`,
        );
        assert.equal(unreachable, 0);
        await page.setViewportSize({ width: 700, height: 900 });
        await page.emulateMedia({ media: 'print' });
        assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= 700);
      });
    });

  test('is dark where the system is, and light on paper', async () => {
    await withPage({ tasks: 6 }, async (page) => {
      const ink = () => page.evaluate<string>('getComputedStyle(document.body).color');
      await page.emulateMedia({ colorScheme: 'light' });
      const light = await ink();
      await page.emulateMedia({ colorScheme: 'dark' });
      assert.notEqual(await ink(), light);
      await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
      assert.equal(await ink(), light);
    });
  });

  test('names tables and pictures for screen readers', async () => {
    await withPage({}, async (page) => {
      const unnamed = page.locator(
        'table:not(:has(caption)), thead th:not([scope]), svg:not([aria-label]), [tabindex]:not([aria-label])',
      );
      assert.equal(await unnamed.count(), 0);
      await page.keyboard.press('Tab');
      const focused = await page.evaluate<string>('document.activeElement?.getAttribute("aria-label") ?? ""');
      assert.equal(focused, 'What comes out otherwise');
    });
  });
});
