import type { InvocationRequest, InvocationResult } from '../rpc.js';
import type { AppRegistry } from './app-registry.js';
import type { AppLog } from './core-api.js';
import type { CoreInvocationContext, HookContext } from './core-types.js';
import { executeHooks } from './execute-hooks.js';

/**
 * Runs one invocation through the app's programming model, in the real worker's order: arguments, preInvocation
 * hooks, handler, postInvocation hooks (also after a failure), response. Whatever is thrown on the way is the result.
 */
export async function runInvocation(
  registry: AppRegistry,
  request: InvocationRequest,
  log: AppLog,
): Promise<InvocationResult> {
  const { invocationId } = request;
  try {
    return { invocationId, succeeded: true, ...(await respond(registry, request, log)) };
  } catch (error) {
    return { invocationId, succeeded: false, error: describe(error) };
  }
}

async function respond(registry: AppRegistry, request: InvocationRequest, log: AppLog) {
  const registered = registry.functions.get(request.functionId);
  const model = registry.programmingModel;
  if (!registered || !model) {
    throw new Error(`Function code for '${request.functionId}' is not loaded and cannot be invoked.`);
  }
  const core: CoreInvocationContext = {
    invocationId: request.invocationId,
    request,
    metadata: registered.metadata,
    state: undefined,
    log,
  };
  const invocation = await model.getInvocationModel(core);
  const { context, inputs } = await invocation.getArguments();
  const shared = { hookData: {}, appHookData: registry.appHookData, invocationContext: context };

  // A hook may replace the inputs, the callback, and later the result or the error.
  const before = { ...shared, inputs, functionCallback: registered.callback };
  await inState('preInvocationHooks', () => executeHooks(registry, 'preInvocation', before));

  const after: HookContext = { ...shared, inputs: before.inputs, result: null, error: null };
  try {
    after.result = await inState('invocation', () =>
      invocation.invokeFunction(context, before.inputs, before.functionCallback),
    );
  } catch (error) {
    after.error = error;
  }
  await inState('postInvocationHooks', () => executeHooks(registry, 'postInvocation', after));
  if (after.error !== null && after.error !== undefined) throw after.error;

  const response = await invocation.getResponse(context, after.result);
  return { outputData: response.outputData ?? [], returnValue: response.returnValue ?? null };

  async function inState<T>(
    state: NonNullable<CoreInvocationContext['state']>,
    work: () => Promise<T>,
  ): Promise<T> {
    core.state = state;
    try {
      return await work();
    } finally {
      core.state = undefined;
    }
  }
}

function describe(error: unknown): { message: string; stack?: string } {
  if (error instanceof Error) {
    return error.stack === undefined
      ? { message: error.message }
      : { message: error.message, stack: error.stack };
  }
  return { message: typeof error === 'string' ? error : (JSON.stringify(error) ?? 'Unknown error') };
}
