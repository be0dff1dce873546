/** In the folder of a task that failed: where what it still wrote is kept. */
export const partialFolder = 'partial';
