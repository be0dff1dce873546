import type {
  Binding,
  FunctionMetadata,
  InvocationRequest,
  ParameterBinding,
  RpcLogLevel,
  TypedData,
} from '../rpc.js';

// The part of `@azure/functions-core` that `@azure/functions` uses. It is on no registry: the worker supplies it.

export type FunctionCallback = (...args: unknown[]) => unknown;
export type LogCategory = 'user' | 'system' | 'customMetric';
export type HookName = 'preInvocation' | 'postInvocation' | 'appStart' | 'appTerminate' | 'log';
export type HookData = Record<string, unknown>;
export type HookCallback = (context: HookContext) => unknown;

/** What a hook is given; which members are there depends on the hook. */
export interface HookContext {
  hookData: HookData;
  appHookData: HookData;
  functionAppDirectory?: string;
  invocationContext?: unknown;
  inputs?: unknown[];
  functionCallback?: FunctionCallback;
  result?: unknown;
  error?: unknown;
  level?: RpcLogLevel;
  category?: LogCategory;
  message?: string;
}

/** An invocation as the programming model sees it. */
export interface CoreInvocationContext {
  invocationId: string;
  request: InvocationRequest;
  metadata: FunctionMetadata;
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: RpcLogLevel, category: LogCategory, message: string): void;
}

/** How a programming model runs one invocation. */
export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(
    context: unknown,
    result: unknown,
  ): Promise<{ outputData?: ParameterBinding[] | null; returnValue?: TypedData | null }>;
}

/** What `@azure/functions` registers as itself. */
export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(
    capabilities: Record<string, string>,
  ): Record<string, string> | Promise<Record<string, string>>;
}

/** A function as `@azure/functions` registers it. */
export interface FunctionRegistration {
  name: string;
  functionId?: string;
  bindings: Record<string, Binding>;
}
