import { executorMethod } from './executor-method.js';

export const forkserver = executorMethod({
  name: 'forkserver',
  isolates: true,
  about:
    'a process forked, while the task before ran, from one that has imported the model and runs none; what the import made is shared',
  executor: 'forkserver',
  standby: true,
  unsuited({ bundle: { metadata } }) {
    if (process.platform !== 'linux') return 'only Linux has it.';
    return metadata.start_method === 'forkserver' &&
      metadata.requires_fresh_process !== true &&
      metadata.import_early !== false
      ? undefined
      : 'the bundle does not ask for it (start_method = "forkserver" in its metadata).';
  },
});
