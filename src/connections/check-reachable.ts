import { connect } from 'node:net';

const timeoutMs = 5_000;

/**
 * Fails at once, with a sentence, when nothing listens at an address: the storage clients would try for half a minute.
 * Behind a proxy nothing can be said, and nothing is checked.
 */
export async function checkReachable(address: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy) return;
  const { hostname, port, protocol, origin } = new URL(address);
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || (protocol === 'http:' ? 80 : 443)) });
    const fail = (state: string, cause?: Error) => {
      socket.destroy();
      reject(
        new Error(
          `Cannot reach the storage account at ${origin}: ${state}. Start it (\`npm run dev\` starts one here), or correct AZURE_STORAGE_CONNECTION_STRING or MODELOPS_AZURE_STORAGE_ACCOUNT.`,
          { cause },
        ),
      );
    };
    socket.setTimeout(timeoutMs, () => fail(`no answer within ${timeoutMs / 1000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message, error));
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
