/** What keeps a simulation from the app, and from other simulations, where the app may change user. */
export interface Sandbox {
  /** Numbers of the users as which simulations run, each process as one of its own, and its group of the same number. None: as the app's. */
  users: { first: number; last: number } | undefined;
  /** Whether a task that cannot have one is refused. */
  required: boolean;
  /** Most processes and threads of each. */
  processes: number;
  /** Largest file that each may make. */
  fileBytes: number;
}

/** Users that no system gives to anybody: those between what systemd has for its homes and for its services. */
export const defaultUsers = { first: 60_800, last: 61_055 };

export const defaultSandbox: Sandbox = {
  users: defaultUsers,
  required: false,
  processes: 1024,
  fileBytes: 64 * 1024 ** 3,
};

/** For python/supervisor.py. */
export function sandboxFlags({ users, processes, fileBytes }: Sandbox): string[] {
  return users ? ['--sandbox', JSON.stringify({ ...users, processes, file_bytes: fileBytes })] : [];
}
