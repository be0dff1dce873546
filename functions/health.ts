import { app, type HttpResponseInit } from '@azure/functions';
import { checkHealth } from '../src/worker/check-health.js';
import { currentWorker } from '../src/worker/current-worker.js';
import { httpAnswer } from '../src/worker/http-answer.js';

/** Whether this instance takes and runs tasks: for anybody the one word, with the function key what it rests on. */
export async function health(detailed: boolean): Promise<HttpResponseInit> {
  const { status, ...details } = await checkHealth(currentWorker);
  return httpAnswer(status === 'healthy' ? 200 : 503, detailed ? { status, ...details } : { status });
}

const counted = (work: () => Promise<HttpResponseInit>) =>
  'worker' in currentWorker ? currentWorker.worker.recycler.http(work) : work();

app.http('health', {
  route: 'health',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => counted(() => health(false)),
});
app.http('healthDetails', {
  route: 'health/details',
  methods: ['GET'],
  authLevel: 'function',
  handler: () => counted(() => health(true)),
});
