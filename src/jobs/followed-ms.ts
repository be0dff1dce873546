/** For how long whoever said that he follows a task counts as following it. */
export const followedMs = 60_000;
