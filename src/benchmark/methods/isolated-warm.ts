import { executorMethod } from './executor-method.js';

export const isolatedWarm = executorMethod({
  name: 'isolated_warm',
  isolates: false,
  about: 'one process of the bundle for all tasks, one after the other; what they leave there stays',
  executor: 'isolated_warm',
  standby: false,
  unsuited: ({ bundle }) =>
    bundle.metadata.requires_fresh_process === true
      ? 'the bundle requires a fresh process (requires_fresh_process).'
      : undefined,
});
