/** One package of a `uv.lock`, as far as it decides what has to be installed. */
export interface LockedPackage {
  name: string;
  /** Absent for the bundle itself, and where the lock does not fix one. */
  version?: string;
  dependencies: LockedDependency[];
  /** What each extra of the package needs besides. */
  extras: Record<string, LockedDependency[]>;
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
  /** `root` is the package that is the bundle itself. */
  | { file: 'uv.lock'; root: string; packages: LockedPackage[] };
