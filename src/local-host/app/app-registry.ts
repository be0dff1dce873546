import type { FunctionMetadata } from '../rpc.js';
import type { FunctionCallback, HookCallback, HookData, HookName, ProgrammingModel } from './core-types.js';

/** What the app registered while it was loaded, and the data its hooks share. */
export interface AppRegistry {
  readonly functions: Map<
    string,
    { readonly metadata: FunctionMetadata; readonly callback: FunctionCallback }
  >;
  readonly hooks: Readonly<Record<HookName, HookCallback[]>>;
  /** Shared by all hooks. */
  readonly appHookData: HookData;
  /** Shared by `appStart`, `appTerminate` and `log`. */
  readonly appLevelHookData: HookData;
  programmingModel: ProgrammingModel | undefined;
  /** True once the app is loaded: nothing registers a function after that. */
  locked: boolean;
}

/** A registry with nothing in it. */
export function createAppRegistry(): AppRegistry {
  return {
    functions: new Map(),
    hooks: { preInvocation: [], postInvocation: [], appStart: [], appTerminate: [], log: [] },
    appHookData: {},
    appLevelHookData: {},
    programmingModel: undefined,
    locked: false,
  };
}
