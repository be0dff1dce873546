import { z } from 'zod';
import type { Snapshot } from './read-snapshot.js';

const Named = z.array(z.object({ name: z.string(), value: z.string() }));
const Site = z.object({ siteConfig: z.looseObject({ appSettings: Named, linuxFxVersion: z.string() }) });
const ContainerApp = z.looseObject({
  configuration: z.looseObject({ ingress: z.looseObject({ targetPort: z.number() }) }),
  template: z.looseObject({ containers: z.tuple([z.looseObject({ env: Named, image: z.string() })]) }),
});

export interface DeployedApp {
  image: string;
  settings: Record<string, string>;
  /** Names that are set more than once. */
  twice: string[];
  port: number;
}

/** The function app of a snapshot, on whichever hosting. */
export function appOf(snapshot: Snapshot): DeployedApp {
  const [site] = snapshot.of('Microsoft.Web/sites');
  if (site) {
    const { siteConfig } = Site.parse(site.properties);
    const app = described(siteConfig.linuxFxVersion.replace(/^DOCKER\|/, ''), siteConfig.appSettings);
    return { ...app, port: Number(app.settings.WEBSITES_PORT) };
  }
  const { configuration, template } = ContainerApp.parse(
    snapshot.one('Microsoft.App/containerApps').properties,
  );
  const [container] = template.containers;
  return { ...described(container.image, container.env), port: configuration.ingress.targetPort };
}

function described(image: string, named: z.infer<typeof Named>) {
  const names = named.map(({ name }) => name);
  return {
    image,
    settings: Object.fromEntries(named.map(({ name, value }) => [name, value])),
    twice: names.filter((name, at) => names.indexOf(name) !== at),
  };
}
