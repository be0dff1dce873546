import { z } from 'zod';
import { type Patience, patiently } from './patiently.js';

const askWithinMs = 20_000;
const Answer = z.object({ status: z.string() });

/**
 * Asks the app for its health, until it is well. An app that starts answers all sorts of things: its image is pulled, its roles
 * take minutes to be known everywhere.
 */
export async function awaitHealth(url: string, patience: Patience): Promise<void> {
  await patiently('the app', patience, async () => {
    const why = await whyUnhealthy(url, patience.signal);
    return why === undefined ? { found: true } : { notYet: why };
  });
}

/** @returns undefined when it is healthy */
export async function whyUnhealthy(url: string, signal: AbortSignal): Promise<string | undefined> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(askWithinMs)]) });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    const { cause } = error as Error;
    return `${url} does not answer (${cause instanceof Error ? cause.message : (error as Error).message})`;
  }
  if (response.ok && statusIn(text) === 'healthy') return undefined;
  const means = statusIn(text)
    ? `it says that it is ${statusIn(text)}; roles take minutes to be known everywhere, and until then it cannot reach its storage`
    : (meanings[response.status] ?? 'this is not the app');
  return `${url} answers ${response.status}: ${means}`;
}

const meanings: Record<number, string> = {
  403: 'access is refused; roles take minutes to be known everywhere',
  404: 'the app does not run there yet',
  500: 'the app cannot start yet',
  502: 'its container starts',
  503: 'its container starts: the image is pulled, which takes minutes',
  504: 'its container starts',
};

function statusIn(text: string): string | undefined {
  try {
    return Answer.parse(JSON.parse(text)).status;
  } catch {
    return undefined;
  }
}
