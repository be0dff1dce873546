import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Settings, settingsWithoutEffect } from '../../src/config/settings.js';
import { TelemetrySettings } from '../../src/config/telemetry-settings.js';

/** The reference of all settings, as it stands in src/config/README.md. */
export function settingsPage(): string {
  const defaults: Record<string, unknown> = Settings.parse({});
  const rows = Object.entries(Settings.shape).map(
    ([name, schema]) =>
      `| \`${name}\` | ${shown(typeof defaults[name] === 'object' ? asWritten(schema) : defaults[name])} | ${cell(schema.description ?? '')} |`,
  );
  const telemetry = Object.entries(TelemetrySettings.shape).map(
    ([name, schema]) => `| \`${name}\` | ${cell(schema.description ?? '')} |`,
  );
  const without = Object.entries(settingsWithoutEffect).map(
    ([name, why]) => `| \`${name}\` | ${cell(why)} |`,
  );
  return `# Settings

Environment variables of the app: app settings in Azure, the shell's own on a machine. An empty value counts as absent. A wrong value, or
a name that begins with \`MODELOPS_\` and is none of these, stops the app: it takes no task, and health and the log say what to change.

This page is made from [settings.ts](settings.ts) by \`npm run pages\`.

| setting | default | |
|---|---|---|
${rows.join('\n')}

## Secrets for builds

What opens private package indexes and git repositories to the builds of environments. They reach what downloads, and never a build backend, a simulation, a log, a lock or what is kept of an environment
([how](../environments/README.md#secrets)). Each belongs to a host and is sent to that host alone. No task can be given one of them with \`MODELOPS_TASK_ENV_PASS\`.

| setting | |
|---|---|
| \`MODELOPS_BUILD_SECRET_<any name>\` | \`https://user:password@host\`, or the text of a netrc file. |
| \`GITHUB_TOKEN\` | For github.com. |
| \`NETRC\` | Path of a netrc file. Default: \`.netrc\` in HOME. |

## Telemetry

Standard variables, read by the app and by \`mops-cold submit\`; [what is sent](../telemetry/README.md).

| variable | |
|---|---|
${telemetry.join('\n')}

## ModelOps' own that do not apply here

They may stay where they are set: they are named once at start and in health, and change nothing. What becomes of every setting of a ModelOps worker, and
of \`workspace.yaml\`: [moving from ModelOps](moving-from-modelops.md).

| setting | instead |
|---|---|
${without.join('\n')}
`;
}

/** The default as one would write it, where it is read into something else than text or a number. */
function asWritten(schema: z.ZodType): unknown {
  return schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined;
}

/** What a machine adds of its own is not part of a default. */
function shown(value: unknown): string {
  if (value === undefined) return '';
  const ours = join(tmpdir(), `mops-cold-${userInfo().uid}`);
  const text = String(value);
  return text.startsWith(ours) ? `\`${text.slice(ours.length + 1)}\` in a temporary folder` : `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
