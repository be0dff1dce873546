/** What we may show to a registry. */
export type Credentials =
  | { kind: 'password'; username: string; password: string }
  /** A refresh token: it is exchanged for tokens of a scope. */
  | { kind: 'identityToken'; token: string }
  /** Shown as it is. */
  | { kind: 'registryToken'; token: string };

/** Where credentials were looked for, and which were found. `where` is a part of a sentence. */
export type FoundCredentials =
  | { credentials: Credentials; where: string }
  | { credentials?: never; where: string };
