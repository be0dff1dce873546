/** The app setting that overrides host.json in how many messages are taken at a time. */
export const batchSizeSetting = 'AzureFunctionsJobHost__extensions__queues__batchSize';
