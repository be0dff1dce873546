import type { RpcLogLevel } from '../rpc.js';
import type { AppRegistry } from './app-registry.js';
import type {
  FunctionCallback,
  FunctionRegistration,
  HookCallback,
  HookName,
  LogCategory,
  ProgrammingModel,
} from './core-types.js';
import { Disposable } from './disposable.js';

/** Writes one line of the app's log. */
export type AppLog = (level: RpcLogLevel, category: LogCategory, message: string) => void;

// The worker whose behaviour this is.
const workerVersion = '3.14.1';

/** The module `@azure/functions-core`, as the real worker supplies it to the app. */
export function createCoreApi(registry: AppRegistry, log: AppLog, hostVersion: string) {
  return {
    version: workerVersion,
    hostVersion,
    Disposable,
    log,
    setProgrammingModel: (model: ProgrammingModel): void => {
      registry.programmingModel = model;
    },
    getProgrammingModel: (): ProgrammingModel | undefined => registry.programmingModel,
    registerFunction: (registration: FunctionRegistration, callback: FunctionCallback): Disposable =>
      registerFunction(registry, registration, callback),
    registerHook: (name: string, callback: HookCallback): Disposable =>
      registerHook(registry, name, callback),
  };
}

function registerFunction(
  registry: AppRegistry,
  registration: FunctionRegistration,
  callback: FunctionCallback,
): Disposable {
  if (registry.locked) throw systemError(new Error('A function can only be registered during app startup.'));
  const functionId = registration.functionId ?? registration.name;
  if (registry.functions.has(functionId)) {
    throw systemError(new Error(`A function with id "${functionId}" has already been registered.`));
  }
  registry.functions.set(functionId, { metadata: { ...registration, functionId }, callback });
  return new Disposable(() => {
    if (registry.locked) throw systemError(new Error('A function can only be disposed during app startup.'));
    registry.functions.delete(functionId);
  });
}

function registerHook(registry: AppRegistry, name: string, callback: HookCallback): Disposable {
  if (!isHookName(registry, name)) throw systemError(new RangeError(`Unrecognized hook "${name}"`));
  const hooks = registry.hooks[name];
  hooks.push(callback);
  return new Disposable(() => {
    const index = hooks.indexOf(callback);
    if (index >= 0) hooks.splice(index, 1);
  });
}

function isHookName(registry: AppRegistry, name: string): name is HookName {
  return Object.hasOwn(registry.hooks, name);
}

// `@azure/functions` tells the worker's errors from the app's by this mark.
function systemError<T extends Error>(error: T): T {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}
