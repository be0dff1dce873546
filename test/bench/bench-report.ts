import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { reportOfJob } from '../../src/results/report/report-of-job.js';
import { reportPage } from '../../src/results/report/report-page.js';
import { madeSources } from '../fixtures/reports/made-sources.js';
import { openBrowser } from '../fixtures/reports/open-browser.js';

const [tasks, times] = [20_000, 9];

/** How long Chromium takes from opening the report of a large job until its first chart is painted. */
export async function benchReport(folder: string, say: (line: string) => void): Promise<BenchRow[]> {
  const opened = await openBrowser();
  if ('lacking' in opened) {
    say(`The report is not opened: ${opened.lacking}.`);
    return [];
  }
  try {
    const page = await reportPage(reportOfJob(madeSources({ tasks, instances: 40, atOnce: 4 })));
    const path = join(folder, 'report.html');
    await writeFile(path, page);
    const took: number[] = [];
    for (let time = 0; time < times; time++) {
      const tab = await opened.browser.newPage({ viewport: { width: 1280, height: 900 } });
      await tab.goto(pathToFileURL(path).href);
      await tab.waitForFunction(painted);
      took.push(await tab.evaluate<number>(painted));
      await tab.close();
    }
    return [
      {
        table: 'report',
        workload: `of ${tasks} tasks`,
        method: 'opened, until its first chart is painted',
        n: times,
        overhead_ms: quantiles(took),
        page_mib: Math.round((Buffer.byteLength(page) / 2 ** 20) * 100) / 100,
      },
    ];
  } finally {
    await opened.browser.close();
  }
}

/** Milliseconds from the beginning of the navigation; nothing until then. Runs in the page. */
const painted = `(() => {
  const [chart] = performance.getEntriesByName('picture');
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return chart && paint && Math.max(chart.startTime, paint.startTime);
})()`;
