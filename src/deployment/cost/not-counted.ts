/** What a bill has besides, in words for the output. */
export const notCounted =
  'Not counted: starting and stopping instances, repeated deliveries, submitting and fetching, data that leaves the region, bundles and the small records of tasks, logs and alerts, building the image, tax.';
