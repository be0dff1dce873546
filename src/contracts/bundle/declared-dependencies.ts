/** One package of a `uv.lock`, as far as it decides what has to be installed. */
export interface LockedPackage {
  name: string;
  /** Absent for the bundle itself, and where the lock does not fix one. */
  version?: string;
  dependencies: LockedDependency[];
  /** What each extra of the package needs besides. */
  extras: Record<string, LockedDependency[]>;
  /** What tells it from another one of its name and version: its source, and the hashes of its files. */
  origin?: LockedOrigin;
}

/** Where a locked package comes from. */
export interface LockedOrigin {
  /** As the lock has it: `registry`, `git`, `url`, `path`, `directory` … */
  source: Record<string, unknown>;
  /** One for each wheel and sdist: `sha256:<64 hex>`, or its address where the lock has no hash. */
  files: string[];
  /** Names of the wheels, `name-version-python-abi-platform.whl`. */
  wheels: string[];
  /** Whether it lies in the bundle itself, so that nothing but the bundle's digest fixes it. */
  inBundle: boolean;
}

/** An edge of a `uv.lock`. */
export interface LockedDependency {
  name: string;
  /** Which one, where the lock has several of that name. */
  version?: string;
  /** PEP 508 environment marker; needed everywhere when absent. */
  marker?: string;
  extras: string[];
}

/** What a bundle declares that has to be installed beside it. */
export type DeclaredDependencies =
  /** PEP 508 requirements, as they are written. */
  | { file: 'pyproject.toml' | 'requirements.txt'; requirements: string[] }
  /** `pythonRange`: of the versions for which it was made (PEP 440). */
  | { file: 'pylock.toml'; requirements: string[]; pythonRange?: string }
  | UvLock;

export interface UvLock {
  file: 'uv.lock';
  /** The package that is the bundle itself. Its dependencies are those of the extras and groups, too, that the bundle needs. */
  root: string;
  packages: LockedPackage[];
  /**
   * What the project required when it was locked, with the extras and groups that the bundle needs; undefined when the lock does
   * not say. Without a specifier where it comes from an address or a path.
   */
  lockedFor?: { name: string; extras: string[]; specifier?: string }[];
}
