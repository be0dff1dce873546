/** Where bundles are kept: in a registry, in a container of the azure_backend, or in a folder. */
export type BundlePlace =
  | {
      kind: 'oci';
      /** `host[:port][/path]` */
      registry: string;
      /** Plain HTTP. */
      insecure: boolean;
    }
  | { kind: 'blob'; container: string }
  | { kind: 'file'; folder: string };
