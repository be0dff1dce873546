import type { Binding, FunctionMetadata } from '../rpc.js';

/** A queue that a function listens to, with every name resolved. */
export interface QueueTrigger {
  readonly functionName: string;
  readonly functionId: string;
  readonly bindingName: string;
  readonly queueName: string;
  readonly connectionString: string;
  /** The handler is given the bytes of the message, not its text. */
  readonly binary: boolean;
}

/**
 * The queue trigger of a function, its `%NAME%` and its connection looked up among the app settings.
 *
 * @throws Error that names the setting that is missing.
 */
export function readQueueTrigger(
  metadata: FunctionMetadata,
  env: NodeJS.ProcessEnv,
): QueueTrigger | undefined {
  const found = Object.entries(metadata.bindings).find(
    ([, binding]) => binding.type?.toLowerCase() === 'queuetrigger',
  );
  if (!found) return undefined;
  const [bindingName, binding] = found;
  const { name: functionName, functionId } = metadata;
  return {
    functionName,
    functionId,
    bindingName,
    queueName: resolveNames(functionName, binding.queueName ?? '', env).toLowerCase(),
    connectionString: connectionString(functionName, binding, env),
    binary: binding.dataType === 'binary',
  };
}

function resolveNames(functionName: string, text: string, env: NodeJS.ProcessEnv): string {
  return text.replaceAll(/%([^%]+)%/g, (_whole, name: string) => {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    throw new Error(
      `Cannot listen for ${functionName}: its queue name is "${text}", and the app setting ${name} is not set. Set it.`,
    );
  });
}

function connectionString(functionName: string, binding: Binding, env: NodeJS.ProcessEnv): string {
  const setting = binding.connection ?? 'Storage';
  // The names that the host tries, in its order.
  const value = env[`AzureWebJobs${setting}`] ?? env[setting] ?? env[`ConnectionStrings__${setting}`];
  if (value) return value;
  throw new Error(
    `Cannot listen for ${functionName}: the app setting ${setting}, its queue's connection, is not set. Set it to a ` +
      'connection string; the local host knows no identity-based connections.',
  );
}
