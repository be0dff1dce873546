import type { Logger } from './logger.js';
import type { FunctionMetadata } from './rpc.js';

/**
 * Says what of an app this host does not do: a trigger that it does not know is a warning, since the function only
 * stays idle; bindings that would silently lose or lack data are an error.
 */
export function refuseUnsupported(
  functions: readonly FunctionMetadata[],
  capabilities: Readonly<Record<string, string>>,
  logger: Logger,
): void {
  if (functions.length === 0) logger('warn', 'No functions were found: the app registered none.');
  if (capabilities.HttpUri !== undefined) {
    throw new Error(
      'Cannot host the app: it sets enableHttpStream, which the local host does not do. Leave it out.',
    );
  }
  for (const { name, bindings } of functions) {
    for (const binding of Object.values(bindings)) {
      const type = binding.type?.toLowerCase() ?? '';
      if (type === 'queuetrigger' || type === 'httptrigger' || type === 'http') continue;
      if (!type.endsWith('trigger')) {
        throw new Error(
          `Cannot host ${name}: it has a binding of type ${binding.type}, the local host does http alone.`,
        );
      }
      logger('warn', `${name} never runs here: the local host knows no ${binding.type}.`);
    }
  }
}
