import { startLocalHost } from './start-local-host.js';

// A host as a process of its own: `node host-main.js [app folder]`, app settings in the environment. SIGTERM and
// SIGINT stop it in its order; a second one ends it at once. The exit code is the host's.
const [appFolder] = process.argv.slice(2);
try {
  const port = Number(process.env.PORT ?? 0);
  const host = await startLocalHost({ ...(appFolder === undefined ? {} : { appFolder }), port });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void host.stop());
  const { code } = await host.exited;
  process.exit(code);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
