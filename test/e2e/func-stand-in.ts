// A stand-in for `func` of Core Tools: says how it was called, and hosts the app at the given port until Ctrl-C. Like `func`
// on a developer's machine, it asks for no key.
import { createServer } from 'node:http';
import { startLocalHost } from '../../src/local-host/start-local-host.js';

const [, , ...args] = process.argv;
console.log(`func ${args.join(' ')} in ${process.cwd()} for ${process.env.FUNCTIONS_WORKER_RUNTIME}`);
const host = await startLocalHost({ appFolder: process.cwd() });
const server = createServer(async (request, response) => {
  const answer = await fetch(`${host.url}${request.url}`, {
    headers: { 'x-functions-key': host.keys.master },
  });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
  response.end(await answer.text());
}).listen(Number(args[2]), '127.0.0.1');
process.once('SIGINT', async () => {
  server.close();
  await host.stop();
  process.exit(0);
});
