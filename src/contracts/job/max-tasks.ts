/** Most tasks of one job: all of them are held in memory while a job is made. */
export const maxTasks = 1_000_000;
