import type { Check } from '../../reporting/check.js';
import { counted } from '../../reporting/counted.js';
import { readQueue, storageAccountIn } from '../read-queue.js';
import type { CheckContext } from './check-context.js';

/** Whether the queues are there by the names that the app uses, and whether messages were given up. */
export async function checkQueues({ az, app, deployed, resources }: CheckContext): Promise<Check[]> {
  const name = 'Queues';
  const account = storageAccountIn(resources, deployed.storageAccount);
  if (account === undefined) {
    const found = `the storage account ${deployed.storageAccount} is not there any more`;
    return [{ name, state: 'missing', found }];
  }
  const { queue } = deployed;
  const [jobs, ...poisons] = [`${queue}-jobs`, `${queue}-poison`, `${queue}-jobs-poison`] as const;
  const used = app.settings.MODELOPS_QUEUE_NAME;
  const messages = (which: string) => readQueue(az, account, which);
  const [tasks, large, ...givenUp] = await Promise.all([queue, jobs, ...poisons].map(messages));
  const gone = (which: string): Check => ({
    name,
    state: 'missing',
    found: `${which} is not there: \`mops-cold deploy up\` makes it again`,
  });
  const filled = (which: string, messages: number | null): Check => ({
    name,
    state: 'ok',
    found: `${which}, with ${messages === null ? 'nobody tells how many messages' : `about ${counted(messages, 'message')}`}`,
  });
  return [
    ...(used === queue
      ? []
      : [
          {
            name,
            state: 'missing' as const,
            found: `the app takes tasks from ${used ?? 'no queue that its settings name'}, and ${queue} was asked for`,
          },
        ]),
    tasks === undefined ? gone(queue) : filled(queue, tasks),
    large === undefined ? gone(jobs) : filled(jobs, large),
    ...poisons.map((poison, at) => givenUpIn(poison, givenUp[at])),
  ];

  function givenUpIn(poison: string, count: number | null | undefined): Check {
    if (count === undefined) return gone(poison);
    if (count === null || count === 0) return filled(poison, count);
    return {
      name,
      state: 'limited',
      found: `${poison} has about ${counted(count, 'message')} that were given up and are not recorded yet: is the app running?`,
    };
  }
}
