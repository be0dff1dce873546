import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { planCampaign } from './campaign/plan-campaign.js';
import { type CampaignReport, runCampaign } from './campaign/run-campaign.js';
import { allFaults } from './faults/all-faults.js';
import { whyNotHere } from './instance/why-not-here.js';
import { measureRecovery } from './soak/measure-recovery.js';
import { runSoak } from './soak/run-soak.js';

// npm run test:faults [-- --seed S] [--campaigns N] [--tasks 300] [--only FAULT,…] [--scale 1] [--log FOLDER]; or --soak TASKS, or --recovery KILLS: see README.md.

const mostGrowth = 0.05;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    campaigns: { type: 'string', default: '1' },
    tasks: { type: 'string', default: '300' },
    only: { type: 'string' },
    scale: { type: 'string', default: '1' },
    log: { type: 'string', default: tmpdir() },
    soak: { type: 'string' },
    recovery: { type: 'string' },
  },
});

// Azurite and the app listen on this machine, where a proxy does not lead.
for (const name of ['NO_PROXY', 'no_proxy'])
  process.env[name] = [process.env[name], '127.0.0.1'].filter(Boolean).join(',');

if (values.soak !== undefined) await soak(Number(values.soak));
else if (values.recovery !== undefined) await recovery(Number(values.recovery));
else await campaigns();

async function soak(tasks: number): Promise<void> {
  const firstTask = Math.min(2_000, tasks / 2);
  const { rows, failed, seconds, workers } = await runSoak(tasks, firstTask, console.log);
  console.log(
    `${tasks} tasks in ${seconds.toFixed(0)} s, ${failed} failed, ${workers} workers; from task ${firstTask} on:`,
  );
  console.table(rows.map(({ growth, ...row }) => ({ ...row, growth: `${(growth * 100).toFixed(1)} %` })));
  const grown = rows.filter(({ growth }) => growth > mostGrowth).map(({ what }) => what);
  console.log(
    grown.length === 0 ? 'Nothing grows.' : `More than ${mostGrowth * 100} %: ${grown.join(', ')}.`,
  );
  process.exitCode = failed === 0 && grown.length === 0 ? 0 : 1;
}

async function recovery(kills: number): Promise<void> {
  const took = (await measureRecovery(kills)).sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0);
  console.log(
    `${kills} workers killed; the next task ended after ${at(0.5)} ms (median), ${at(0.9)} ms (90 %), ${at(1)} ms (longest).`,
  );
}

async function campaigns(): Promise<void> {
  const only = values.only?.split(',');
  const unknown = only?.find((one) => !allFaults.some(({ name }) => name === one));
  if (unknown !== undefined) {
    console.error(
      `Cannot inject "${unknown}": --only takes ${allFaults.map(({ name }) => name).join(', ')}.`,
    );
    process.exitCode = 2;
    return;
  }
  const faults = [];
  for (const fault of allFaults.filter(({ name }) => only?.includes(name) ?? true)) {
    const why = await whyNotHere(fault);
    if (why === undefined) faults.push(fault);
    else console.log(`Left out: ${why}`);
  }

  const first = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
  let failed = 0;
  for (let at = 0; at < Number(values.campaigns); at += 1) {
    const plan = planCampaign(first + at, Number(values.tasks), faults);
    const names = plan.faults.map(({ name }) => name).join(', ');
    console.log(
      `Campaign --seed ${plan.seed}: ${names}; ${plan.instances} instances, batchSize ${plan.batchSize}, recycled after ${plan.recycleAfterTasks} tasks`,
    );
    const report = await runCampaign(plan, { scale: Number(values.scale) }).catch((error: unknown) => error);
    if (report instanceof Error) {
      failed += 1;
      console.log(`  It broke: ${report.stack}`);
      continue;
    }
    const { outcomes, injected, seconds, redelivered, cutAttempts, findings } = report as CampaignReport;
    console.log(
      `  ${findings.length} findings; ${JSON.stringify(outcomes)}; ${injected.length} faults, ${redelivered} deliveries more than tasks, ${cutAttempts} attempts cut off; ${seconds.toFixed(0)} s`,
    );
    if (findings.length === 0) continue;
    failed += 1;
    for (const finding of findings.slice(0, 20)) console.log(`  - ${finding}`);
    if (findings.length > 20) console.log(`  … and ${findings.length - 20} more`);
    const log = join(values.log, `faults-${plan.seed}.log`);
    await mkdir(values.log, { recursive: true });
    await writeFile(log, `${[...(report as CampaignReport).lines, ...findings].join('\n')}\n`);
    console.log(
      `  What was said, and when: ${log}. Again: npm run test:faults -- --seed ${plan.seed} --tasks ${plan.tasks}${only ? ` --only ${only}` : ''}`,
    );
  }
  console.log(`${values.campaigns} campaigns from seed ${first}, ${failed} with findings.`);
  process.exitCode = failed === 0 ? 0 : 1;
}
