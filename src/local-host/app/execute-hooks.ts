import type { AppRegistry } from './app-registry.js';
import type { HookContext, HookName } from './core-types.js';

/** Runs the hooks of one kind in the order they were registered, each awaited. */
export async function executeHooks(
  registry: AppRegistry,
  name: HookName,
  context: HookContext,
): Promise<void> {
  for (const hook of registry.hooks[name]) await hook(context);
}
