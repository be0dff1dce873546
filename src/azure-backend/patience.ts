import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Pipeline,
  type PipelinePolicy,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';

/** How long a storage account may keep a request waiting, and be asked again when it has too many. */
export interface Patience {
  /** Until an answer begins, besides the time that the body takes; and between two parts of an answer that is read as it comes. */
  silenceMs: number;
  /** How slow a connection may be by which a body is sent. */
  bytesPerSecond: number;
  /** How often a request is sent that the account has refused for their number (429), and no part of which it has done. */
  tries: number;
  /** Longest that it is waited then, whatever the account asks for. */
  longestWaitMs: number;
}

const patience: Patience = {
  silenceMs: 60_000,
  bytesPerSecond: 64 * 1024,
  tries: 6,
  longestWaitMs: 30_000,
};

/**
 * What the SDK's own retries lack: they wait without end for an account that says nothing, and take 429 for an error of the request. Whatever is late fails
 * like a broken connection, which they try again.
 *
 * @param pipeline of a client of the SDK's, and of all clients that it makes of its containers, blobs or queues
 */
export function addPatience(pipeline: Pipeline, figures = patience): void {
  pipeline.addPolicy(patientPolicy(figures), { afterPhase: 'Retry' });
}

function patientPolicy({ silenceMs, bytesPerSecond, tries, longestWaitMs }: Patience): PipelinePolicy {
  return {
    name: 'patience',
    async sendRequest(request, next) {
      const bytes = Number(request.headers.get('content-length') ?? 0);
      const withinMs = silenceMs + (bytes / bytesPerSecond) * 1000;
      const given = request.abortSignal;
      for (let attempt = 1; ; attempt += 1) {
        const response = await answered(withinMs);
        if (response.status !== 429 || attempt >= tries) return response;
        await sleep(waitMs(response, attempt), undefined, { ...(given && { signal: given as AbortSignal }) });
      }

      async function answered(ms: number): Promise<PipelineResponse> {
        // `AbortSignal.any` does the same, and takes a twentieth of all processor time that a small request takes.
        const ending = new AbortController();
        const end = () => ending.abort();
        let isLate = false;
        const timer = setTimeout(() => {
          isLate = true;
          end();
        }, ms);
        if (given?.aborted) end();
        // Many requests at once are no mistake.
        if (given) setMaxListeners(0, given as AbortSignal);
        given?.addEventListener('abort', end);
        const letGo = () => given?.removeEventListener('abort', end);
        let body: IncomingMessage | undefined;
        try {
          // A copy: another try has the signal that was given.
          const response = await next({ ...request, abortSignal: ending.signal });
          body = response.readableStreamBody as IncomingMessage | undefined;
          if (body) endWhenSilent(body, silenceMs);
          return { ...response, request };
        } catch (error) {
          if (!isLate) throw error;
          const said = `The storage account has not answered within ${Math.round(ms / 1000)} s.`;
          throw new RestError(said, { code: 'ETIMEDOUT', request });
        } finally {
          clearTimeout(timer);
          // What is still being read ends with the signal, too. A listener that is left keeps all of an answer in memory.
          if (body) body.once('close', letGo);
          else letGo();
        }
      }
    },
  };

  function waitMs({ headers }: PipelineResponse, attempt: number): number {
    const asked = Number(headers.get('retry-after') ?? Number.NaN) * 1000;
    return Math.min(Number.isNaN(asked) ? 500 * 2 ** attempt : asked, longestWaitMs);
  }
}

/** Breaks a connection by which nothing comes, while somebody waits for it: whoever reads goes on by another one. */
function endWhenSilent(body: IncomingMessage, silenceMs: number): void {
  let seen = -1;
  const timer = setInterval(() => {
    const { bytesRead } = body.socket;
    const isAwaited = body.readableFlowing === true || body.listenerCount('readable') > 0;
    if (bytesRead === seen && body.readableLength === 0 && isAwaited) {
      // The SDK's own stream goes on by another connection after an error. What destroying tells (`aborted`) it takes for a wish of whoever reads.
      body.emit(
        'error',
        Object.assign(new Error('The storage account has stopped to send.'), { code: 'ETIMEDOUT' }),
      );
      body.destroy();
    }
    seen = bytesRead;
  }, silenceMs).unref();
  body.once('close', () => clearInterval(timer));
}
