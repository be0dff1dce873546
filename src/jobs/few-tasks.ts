/** A job that is no larger is counted record by record: one request, like the short way. Of a larger one not every look lists all records. */
export const fewTasks = 1_000;
