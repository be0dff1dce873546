import { z } from 'zod';
import { baselineVariables } from '../contracts/environment/baseline-variables.js';
import { numpyChoices } from '../contracts/environment/numpy-choices.js';
import { whyReserved } from '../contracts/environment/reserved-variable.js';
import { threadCaps } from '../contracts/environment/thread-caps.js';

/** What opens something to the app, by the names that it and its platform use. */
const credentials =
  /^(?:AZURE_|AzureWebJobs|IDENTITY_|MSI_|REGISTRY_|DOCKER_|WEBSITE_|CONTAINER_|FUNCTIONS_|MACHINEKEY_|APPINSIGHTS_|APPLICATIONINSIGHTS_|OTEL_|[A-Z]+CONNSTR_|GITHUB_TOKEN$|NETRC$)/i;

/** Names of the app's own environment variables that its tasks get, separated by commas. */
export const PassedNames = z
  .string()
  .transform((text) => [
    ...new Set(
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    ),
  ])
  .superRefine((names, context) => {
    for (const name of names) {
      const why = whyRefused(name);
      if (why !== undefined) context.addIssue({ code: 'custom', message: `${name} ${why}` });
    }
  });

function whyRefused(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'is no name of an environment variable';
  if (credentials.test(name))
    return "belongs to the app's own access to its services, which no simulation may see: leave it out";
  if (name in threadCaps(1))
    return "would change what a task's result is without its name: set MODELOPS_THREADS_PER_TASK, or the task's own env";
  if (name in baselineVariables('avx2') || numpyChoices.includes(name))
    return "would change what a task's result is without its name: set MODELOPS_CPU_BASELINE, or the task's own env";
  if (/^PYTHON/.test(name)) return "is Python's own: set it in the bundle's metadata, or the task's own env";
  return whyReserved(name);
}
