/** Which environment. */
export interface EnvironmentName {
  /** Of the environment. */
  id: string;
  /** Of the bundle beside which it is kept, as its tasks name it. */
  bundleRef: string;
}

/** A tar, while it arrives: one of the two is read, once. */
export interface StoredTar {
  /** As it is stored, by zstd. */
  compressed: AsyncIterable<Uint8Array>;
  /** As it was packed. */
  expanded: AsyncIterable<Uint8Array>;
}

/** Where environments that were built are kept for machines that have none, each as one file. Whoever may write there decides what bundles run with. */
export interface EnvironmentStore {
  /** For messages: "the container bundles at …". */
  name: string;
  /** The digest of what it has by this name, of its manifest; undefined for nothing. */
  find(name: EnvironmentName): Promise<string | undefined>;
  /**
   * Hands out one, whose bytes fail at their end when they are not those that were stored, and does so again when a connection broke.
   *
   * @returns what `use` returned; undefined when there is none
   * @throws Error when it cannot be had whole.
   */
  read<Result>(
    name: EnvironmentName,
    use: (tar: StoredTar, digest: string) => Promise<Result>,
  ): Promise<Result | undefined>;
  /** Keeps a tar by this name, in the place of another one; it is compressed into a file beside it. @returns its digest and its size in bytes */
  put(name: EnvironmentName, tar: string): Promise<{ digest: string; size: number }>;
}
