/** What preflight looks for in a bundle. */
export interface CheckedNames {
  entrypoints: string[];
  /** `module:function`, or names of the bundle's own registry. */
  targets: string[];
  /** Environment variables that all its tasks have, and that an import may need. */
  env?: Record<string, string>;
}
