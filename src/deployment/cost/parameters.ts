/**
 * Parameters of infra/main.bicep that an estimate rests on, with its defaults and bounds. Repeated here, since
 * `mops-cold` also runs where infra/ is not; a test compares them.
 */
export const parameters = {
  hosting: { default: 'premium', allowed: ['premium', 'containerapps'] },
  instanceSize: { default: 'small', allowed: ['small', 'medium', 'large'] },
  minimumInstances: { default: { premium: 1, containerapps: 0 }, minimum: 0, maximum: 100 },
  maximumInstances: { default: 20, minimum: 1, maximum: 100 },
  tasksAtOnce: { default: 1, minimum: 1, maximum: 32 },
  taskTimeoutSeconds: { minimum: 1, maximum: 82_800 },
  resultsRetentionDays: { default: 365, minimum: 0, maximum: 36_500 },
} as const;
