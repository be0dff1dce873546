import { executorMethod } from './executor-method.js';

export const spawn = executorMethod({
  name: 'spawn',
  isolates: true,
  about: 'a fresh process, started when its task is there',
  executor: 'cold',
  standby: false,
});
