import type { Resource, Snapshot } from './read-snapshot.js';

const suspicious =
  /key|password|secret|token|credential|connection_?string|shared_?access|sas|instrumentation/i;

/** Names that sound like a secret and hold none, and what they must hold for that to be true. */
const harmless: Record<string, (value: unknown, snapshot: Pick<Snapshot, 'one'>) => boolean> = {
  allowSharedKeyAccess: (value) => value === false,
  acrUseManagedIdentityCreds: (value) => value === true,
  AzureWebJobsStorage__credential: (value) => value === 'managedidentity',
  // Says where telemetry goes. It lets nobody in, since the component takes data from identities only.
  APPLICATIONINSIGHTS_CONNECTION_STRING: (value, snapshot) =>
    String(value).startsWith('<ConnectionString of appi-') &&
    snapshot.one('Microsoft.Insights/components').properties.DisableLocalAuth === true,
};

/** Places in a snapshot where a key, a password or another secret is, or may be. */
export function secretsIn(snapshot: Pick<Snapshot, 'text' | 'resources' | 'outputs' | 'one'>): string[] {
  const found: string[] = [];
  const look = (value: unknown, path: string, name: string) => {
    if (typeof value === 'object' && value !== null) {
      const named = 'name' in value && 'value' in value ? String(value.name) : undefined;
      for (const [key, inner] of Object.entries(value)) {
        const called = key === 'value' && named !== undefined ? named : key;
        look(inner, `${path}.${called}`, Array.isArray(value) ? name : called);
      }
      return;
    }
    if (suspicious.test(name) && !harmless[name]?.(value, snapshot)) found.push(path);
    if (typeof value === 'string' && looksSecret(value)) found.push(path);
  };
  for (const resource of snapshot.resources) look(resource.properties, idOf(resource), '');
  look(snapshot.outputs, 'outputs', '');
  for (const call of snapshot.text.match(/\blist[A-Z]\w*\(/g) ?? []) found.push(call);
  return found;
}

function looksSecret(value: string): boolean {
  const rest = value.replace(/@sha256:[0-9a-f]{64}$/, '').replace(/<[^>]*>/g, '');
  return /(AccountKey|SharedAccessSignature|InstrumentationKey|sig)=|[A-Za-z0-9+/]{43}=|[A-Za-z0-9+]{64}/i.test(
    rest,
  );
}

const idOf = ({ type, name }: Resource): string => `${type} ${name}`;
