import type { EnvironmentStore } from '../artifact/environment-store.js';
import type { Resolutions } from './resolutions.js';

/** How environments are built for bundles. */
export interface BuildOptions {
  /** A path or a name on PATH; without it, `uv` on PATH and `python -m uv` are tried, and then pip is taken. */
  uv?: string;
  /** Paths of interpreters to choose from beside that of all bundles; without it, those are looked for that are at hand. */
  pythons?: string[];
  /** Address of the package index (PEP 503); PyPI without it. */
  indexUrl?: string;
  /** Addresses of further indexes. */
  extraIndexUrls: string[];
  /** Where resolutions are kept for all machines; without it, only beside the environment on this one. */
  resolutions?: () => Promise<Resolutions>;
  /** Bytes that environments may take on the disk; what a living worker has used stays, whatever it takes. */
  limitBytes: number;
  /** Whether what was built before is built anew when this process first needs it. */
  fresh: boolean;
  /** Whether a build is tried although the same one has failed: somebody stands before it who may have put things right. */
  retry: boolean;
  /** For code of strangers that a build runs, and `diskBytes` for what installs, too; each is left open where it is absent. */
  limits?: BuildLimits;
  /** As whom that code runs; as the app's user without it. */
  sandbox?: BuildSandbox;
  /** Where environments are kept that were built ahead; without it, all are built here. */
  store?: {
    open(): Promise<EnvironmentStore>;
    /** Is told why one that was built ahead is not taken, a sentence. */
    warn(sentence: string): void;
  };
}

/** What a build backend, or the build command of a bundle, may take, with all that it starts. */
export interface BuildLimits {
  /** Resident. */
  memoryBytes?: number;
  /** At the same time. */
  processes?: number;
  timeoutMs?: number;
  /** That it may write into its own folder. */
  diskBytes?: number;
}

/** What keeps code of strangers from the app. */
export interface BuildSandbox {
  /** Numbers of the users of the operating system, one of which it runs as where the app may change user. */
  users: { first: number; last: number } | undefined;
  /** Whether it is refused where it would run as the app's. */
  required: boolean;
  /** Most processes and threads that the kernel lets it have; the limits count processes alone, and say why it was ended. */
  processes: number;
  /** Largest file that it may make. */
  fileBytes: number;
}
