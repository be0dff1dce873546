import Module from 'node:module';

const coreModule = '@azure/functions-core';

/**
 * Makes `require('@azure/functions-core')` give `coreApi` everywhere in this process. Before the app is loaded:
 * `@azure/functions` asks once, and goes into its test mode when it finds nothing.
 */
export function supplyCoreModule(coreApi: object): void {
  Module.prototype.require = new Proxy(Module.prototype.require, {
    apply: (target, thisArg, args: unknown[]) =>
      args[0] === coreModule ? coreApi : Reflect.apply(target, thisArg, args),
  });
}
