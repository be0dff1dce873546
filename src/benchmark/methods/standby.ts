import { executorMethod } from './executor-method.js';

export const standby = executorMethod({
  name: 'standby',
  isolates: true,
  about: 'a fresh process, started while the task before ran: how the app runs tasks',
  executor: 'cold',
  standby: true,
});
