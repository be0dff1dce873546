import { z } from 'zod';
import type { Az } from '../az/create-az.js';
import type { Deployed } from '../deployed.js';
import type { Place } from '../place.js';
import { type GroupResource, isType } from '../read-group.js';

/** The app as the platform has it now, on whichever hosting. */
export interface RunningApp {
  image: string;
  settings: Record<string, string>;
  /** Principal ids of the identities that it has. */
  principals: string[];
}

/** As infra/modules/premium.bicep and containerapps.bicep. */
export const siteApiVersion = '2025-03-01';
export const containerAppApiVersion = '2026-07-01';

const Identity = z
  .looseObject({
    principalId: z.string().nullish(),
    userAssignedIdentities: z
      .record(z.string(), z.looseObject({ principalId: z.string().nullish() }))
      .nullish(),
  })
  .nullish();
const Site = z.looseObject({ identity: Identity });
const SiteConfig = z.looseObject({ linuxFxVersion: z.string().nullish() });
const Settings = z.array(z.looseObject({ name: z.string(), value: z.string().nullish() }));
const ContainerApp = z.looseObject({
  identity: Identity,
  properties: z.looseObject({
    template: z.looseObject({
      containers: z.array(z.looseObject({ image: z.string(), env: Settings.nullish() })).min(1),
    }),
  }),
});

/** @throws Error when the app is not there any more */
export async function readRunningApp(
  az: Az,
  { group }: Place,
  { appName, asked }: Deployed,
  resources: GroupResource[],
): Promise<RunningApp> {
  const isPremium = asked.hosting === 'premium';
  const type = isPremium ? 'Microsoft.Web/sites' : 'Microsoft.App/containerApps';
  const resource = resources.find((each) => isType(each, type) && each.name === appName);
  if (resource === undefined)
    throw new Error(
      `Cannot check the app: ${appName} was deployed, and is not in ${group} any more. \`mops-cold deploy up\` makes it again.`,
    );
  return isPremium ? readSite(az, group, resource) : readContainerApp(az, resource);
}

async function readSite(az: Az, group: string, { id, name }: GroupResource): Promise<RunningApp> {
  const which = ['--resource-group', group, '--name', name];
  const [site, config, settings] = await Promise.all([
    az.json(Site, 'resource', 'show', '--ids', id, '--api-version', siteApiVersion),
    az.json(SiteConfig, 'functionapp', 'config', 'show', ...which),
    az.json(Settings, 'functionapp', 'config', 'appsettings', 'list', ...which),
  ]);
  return {
    image: (config.linuxFxVersion ?? '').replace(/^DOCKER\|/i, ''),
    settings: byName(settings),
    principals: principalsOf(site.identity),
  };
}

async function readContainerApp(az: Az, { id }: GroupResource): Promise<RunningApp> {
  const app = await az.json(
    ContainerApp,
    ...['resource', 'show', '--ids', id, '--api-version', containerAppApiVersion],
  );
  const [container] = app.properties.template.containers;
  return {
    image: container?.image ?? '',
    settings: byName(container?.env ?? []),
    principals: principalsOf(app.identity),
  };
}

function byName(settings: z.infer<typeof Settings>): Record<string, string> {
  return Object.fromEntries(settings.map(({ name, value }) => [name, value ?? '']));
}

function principalsOf(identity: z.infer<typeof Identity>): string[] {
  const assigned = Object.values(identity?.userAssignedIdentities ?? {});
  return [identity?.principalId, ...assigned.map(({ principalId }) => principalId)].flatMap(
    (principal) => principal ?? [],
  );
}
