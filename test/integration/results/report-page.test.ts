import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { reportOfJob } from '../../../src/results/report/report-of-job.js';
import { reportPage } from '../../../src/results/report/report-page.js';
import { type MadeJob, madeSources } from '../../fixtures/reports/made-sources.js';
import { openBrowser } from '../../fixtures/reports/open-browser.js';
import { withQuietPage } from '../../fixtures/reports/with-quiet-page.js';

const opened = await openBrowser();
const hostile = `</script><script>document.title='owned'</script><img src=x onerror="document.title='owned'">{b}&amp;`;

describe('the page of a report', { skip: 'lacking' in opened && opened.lacking }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-test-'));
  });
  after(async () => {
    if ('browser' in opened) await opened.browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('shows every part of a job, and its charts are drawn when they come into sight', async () => {
    await withPage({ tasks: 540 }, async (page) => {
      assert.deepEqual(await page.locator('h2').allTextContents(), [
        'Over time',
        'Failures',
        'Time and memory',
        'Outputs over parameters',
        'Loss over parameters',
        'Proof of isolation',
        'Reproduce it',
      ]);
      const figures = await page.locator('figure').all();
      assert.ok(figures.length >= 16, `${figures.length} figures`);
      for (const figure of figures) {
        await figure.scrollIntoViewIfNeeded();
        await figure.locator('svg path').first().waitFor({ state: 'attached' });
      }
      assert.match((await page.locator('.verdict').textContent()) ?? '', /^✓ Every one of the 540 tasks/);
      assert.match((await page.locator('.failure').first().textContent()) ?? '', /All have beta=0\.6/);
    });
  });

  test('takes what strangers wrote as text, wherever it stands', async () => {
    await withPage({ tasks: 200, hostile }, async (page) => {
      await drawAll(page);
      for (const summary of await page.locator('summary').all()) await summary.click();
      assert.equal(await page.title(), 'seir-sweep · report');
      assert.equal(await page.locator('img').count(), 0);
      assert.equal(await page.locator('body > script').count(), 2, 'its own ones');
      const options = await page.locator('option').allTextContents();
      assert.ok(options.includes(`summary.peak${hostile}`), options.join());
      assert.ok((await page.locator('.failure').first().textContent())?.includes(hostile));
      // However long they are, a telephone shows them without scrolling sideways.
      await page.setViewportSize({ width: 380, height: 800 });
      assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), 380);
    });
  });

  test('can be used by keys alone, and tells screen readers what is under the cursor', async () => {
    await withPage({ tasks: 100 }, async (page) => {
      await page.keyboard.press('Tab');
      assert.equal(await focused(page), 'Skip to the charts');
      const chart = page.locator('.chart').first();
      await chart.focus();
      await chart.locator('svg').waitFor({ state: 'attached' });
      await page.keyboard.press('ArrowRight');
      const told = page.locator('.told').first();
      assert.match(
        (await told.textContent()) ?? '',
        /^1 of \d+: 2026-03-02 09:00:0\d UTC: \d+ tasks? ended as/,
      );
      await page.keyboard.press('End');
      assert.match((await told.textContent()) ?? '', /^(\d+) of \1: /);
      // From the chart to its table.
      await page.keyboard.press('Tab');
      assert.match(await focused(page), /^Table: Outcomes over time/);
      await page.keyboard.press('Enter');
      await page.locator('figure table').first().waitFor();
      assert.equal(await page.locator('figure caption').first().textContent(), 'Outcomes over time');
      const unnamed = page.locator(
        '.chart:not([aria-label]), table:not(:has(caption)), section:not([aria-labelledby])',
      );
      assert.equal(await unnamed.count(), 0);
    });
  });

  test('another number and another pair of parameters are shown when they are chosen', async () => {
    await withPage({ tasks: 300 }, async (page) => {
      const outputs = page.locator('#outputs');
      await outputs.locator('select').first().selectOption({ label: 'summary.attack_rate' });
      await outputs.locator('select').last().selectOption({ label: 'gamma and place' });
      const titles = await outputs.locator('figcaption').allTextContents();
      assert.deepEqual(titles, [
        ...['beta', 'gamma', 'place', 'dose'].map((name) => `summary.attack_rate over ${name}`),
        'summary.attack_rate over gamma and place',
      ]);
      const text = (await outputs.textContent()) ?? '';
      assert.match(
        text,
        /Replicates of one parameter set: half of them lie within 0\.\d+, on the median of 60 sets/,
      );
      // Medians fall with gamma, as the made job has it.
      await outputs.locator('figure summary').nth(1).click();
      const rows = outputs.locator('figure').nth(1).locator('tbody tr');
      // They are made when the page has noticed that they are to be seen.
      await rows.first().waitFor();
      assert.equal(await rows.count(), 3, (await rows.allTextContents()).join('; '));
    });
  });

  test('is dark where the system is, and light on paper', async () => {
    await withPage({ tasks: 50 }, async (page) => {
      const paper = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      await page.emulateMedia({ colorScheme: 'light' });
      const light = await paper();
      await page.emulateMedia({ colorScheme: 'dark' });
      assert.notEqual(await paper(), light);
      await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
      assert.equal(await paper(), light);
      await page.emulateMedia({ media: null });
      await page.pdf();
      // What nobody had scrolled to is on paper, too, as wide as its column.
      await page.setViewportSize({ width: 700, height: 900 });
      await page.emulateMedia({ media: 'print' });
      for (const chart of await page.locator('.chart').all()) {
        const picture = await chart.locator('svg').boundingBox();
        assert.ok(
          picture && picture.height > 60 && picture.width > 200 && picture.x + picture.width <= 701,
          JSON.stringify(picture),
        );
      }
    });
  });

  test('says of 20,000 tasks what it bins and samples, and keeps below 10 MB', async () => {
    await withPage({ tasks: 20_000, instances: 80, atOnce: 4 }, async (page, path) => {
      assert.ok((await stat(path)).size < 10_000_000);
      const text = (await page.locator('main').textContent()) ?? '';
      assert.match(text, /too many to draw each of them/);
      assert.match(text, /Not shown: 20 instances that ran fewest tasks/);
      assert.match(text, /Points are 1000 of \d+ tasks/);
      assert.match(text, /which stand in 20 groups/);
    });
  });

  test('a job of which nothing has ended, or nothing has numbers, says so', async () => {
    await withPage({ tasks: 0 }, async (page) => {
      const text = (await page.locator('main').textContent()) ?? '';
      assert.match(text, /No task has ended yet/);
      assert.match(text, /No tasks have a number to show/);
    });
  });

  async function withPage(job: MadeJob, use: (page: Page, path: string) => Promise<void>): Promise<void> {
    if (!('browser' in opened)) return;
    const path = join(folder, `${Math.random().toString(36).slice(2)}.html`);
    await writeFile(path, await reportPage(reportOfJob(madeSources(job))));
    await withQuietPage(opened.browser, path, async (page) => {
      await page.locator('footer').waitFor();
      await use(page, path);
    });
  }
});

async function drawAll(page: Page): Promise<void> {
  for (const chart of await page.locator('.chart').all()) {
    await chart.scrollIntoViewIfNeeded();
    await chart.locator('svg').waitFor({ state: 'attached' });
  }
}

async function focused(page: Page): Promise<string> {
  return page.evaluate<string>('document.activeElement?.textContent ?? ""');
}
