/** What a registry store needs to know. */
export interface RegistryOptions {
  /** The setting MODELOPS_BUNDLE_REGISTRY: `host[:port][/repository]`. */
  registry: string;
  /** The registry speaks plain HTTP. */
  insecure: boolean;
  /** Where DOCKER_CONFIG, HOME, PATH, REGISTRY_USERNAME, REGISTRY_PASSWORD and AZURE_CLIENT_ID are looked up. */
  env: NodeJS.ProcessEnv;
  /** Gives an access token of Microsoft Entra for a scope; by default DefaultAzureCredential's. */
  identity?: (scope: string) => Promise<string>;
  /** Ends everything that is under way. */
  signal?: AbortSignal;
  /** A request is tried five times, with pauses that begin with about this one and double. Default: 250. */
  firstRetryDelayMs?: number;
  /** A registry that sends nothing for so long has stalled. Default: 60,000. */
  stallTimeoutMs?: number;
}
