import type { Check } from '../../reporting/check.js';
import type { CheckContext } from './check-context.js';

/** Whether the host lets a task run as long as it may, and its results be stored. */
export function checkTimeLimits({ app, deployed }: CheckContext): Check {
  const name = 'Time limits';
  const task = Number(app.settings.MODELOPS_TASK_TIMEOUT_SECONDS);
  const host = secondsOf(app.settings.AzureFunctionsJobHost__functionTimeout ?? '');
  const { uploadSeconds } = deployed.asked;
  if (Number.isNaN(task) || host === undefined)
    return {
      name,
      state: 'missing',
      found:
        'the settings of the app do not say both MODELOPS_TASK_TIMEOUT_SECONDS and AzureFunctionsJobHost__functionTimeout: `mops-cold deploy up` sets them',
    };
  if (task + uploadSeconds < host)
    return { name, state: 'ok', found: `a task may run ${task} s, and the host gives it ${host} s` };
  return {
    name,
    state: 'missing',
    found: `a task may run ${task} s and needs up to ${uploadSeconds} s for its results, and the host ends it after ${host} s: raise functionTimeoutSeconds, or lower taskTimeoutSeconds`,
  };
}

/** `[d.]hh:mm:ss` */
function secondsOf(text: string): number | undefined {
  const [, days = '0', hours, minutes, seconds] = /^(?:(\d+)\.)?(\d+):(\d\d):(\d\d)$/.exec(text) ?? [];
  if (hours === undefined) return undefined;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}
