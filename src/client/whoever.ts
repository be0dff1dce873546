import { userInfo } from 'node:os';

/** Who submits or cancels, as this machine calls them; undefined for a user without a name, as in a container that runs with a bare number. */
export function whoever(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
