import { type AppRegistry, createAppRegistry } from './app/app-registry.js';
import { type AppLog, createCoreApi } from './app/core-api.js';
import type { HookContext } from './app/core-types.js';
import { executeHooks } from './app/execute-hooks.js';
import { loadApp } from './app/load-app.js';
import { responseDelay } from './app/response-delay.js';
import { runInvocation } from './app/run-invocation.js';
import { supplyCoreModule } from './app/supply-core-module.js';
import type { HostMessage, WorkerMessage } from './messages.js';
import type { AppIndex, InvocationRequest } from './rpc.js';

// The entry of the worker process: the app, and around it what the Azure Functions Node.js worker is to an app.

const registry = createAppRegistry();
let loggingHookRuns = false;

process.on('uncaughtException', (error) => {
  console.error(`Worker uncaught exception: ${error instanceof Error ? error.stack : String(error)}`);
  process.exit(1);
});
// The host is gone.
process.once('disconnect', () => process.exit(0));
process.on('message', (message: HostMessage) => {
  if (message.kind === 'init') void start(message.appFolder, message.hostVersion);
  else if (message.kind === 'invoke') void invoke(message.request);
  else void terminate();
});

async function start(appFolder: string, hostVersion: string): Promise<void> {
  supplyCoreModule(createCoreApi(registry, logger(), hostVersion));
  try {
    await loadApp(appFolder);
    await executeHooks(registry, 'appStart', { ...appLevel(registry), functionAppDirectory: appFolder });
    registry.locked = true;
    send({ kind: 'ready', app: await index() });
  } catch (error) {
    send({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
}

async function index(): Promise<AppIndex> {
  const capabilities = (await registry.programmingModel?.getCapabilities?.({})) ?? {};
  const functions = [...registry.functions.values()].map(({ metadata }) => metadata);
  // Only what can be sent: an app may put anything into its options.
  return JSON.parse(JSON.stringify({ functions, capabilities }));
}

async function invoke(request: InvocationRequest): Promise<void> {
  const functionName = registry.functions.get(request.functionId)?.metadata.name;
  const result = await runInvocation(
    registry,
    request,
    logger({ functionName, invocationId: request.invocationId }),
  );
  setTimeout(() => send({ kind: 'response', result }), responseDelay(result));
}

async function terminate(): Promise<void> {
  try {
    await executeHooks(registry, 'appTerminate', appLevel(registry));
  } catch (error) {
    // The real worker then stays, and is killed when its time is over.
    console.error('An appTerminate hook failed:', error);
    return;
  }
  process.exit(0);
}

function appLevel({ appLevelHookData, appHookData }: AppRegistry): HookContext {
  return { hookData: appLevelHookData, appHookData };
}

function logger(about: { functionName?: string | undefined; invocationId?: string } = {}): AppLog {
  const { functionName, invocationId } = about;
  return (level, category, message) => {
    const line: HookContext = { ...appLevel(registry), level, category, message };
    if (!loggingHookRuns) {
      loggingHookRuns = true; // a log hook that logs is not asked again
      try {
        for (const hook of registry.hooks.log) hook(line);
      } finally {
        loggingHookRuns = false;
      }
    }
    send({
      kind: 'log',
      level: line.level ?? level,
      text: line.message ?? message,
      ...(functionName === undefined ? {} : { functionName }),
      ...(invocationId === undefined ? {} : { invocationId }),
    });
  };
}

function send(message: WorkerMessage): void {
  if (process.connected) process.send?.(message);
}
