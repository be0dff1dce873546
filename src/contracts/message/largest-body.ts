/** Bytes of a message that stands in a blob: a worker reads it whole, and what it makes of it takes some times as much memory. */
export const largestBody = 16 * 1024 * 1024;
