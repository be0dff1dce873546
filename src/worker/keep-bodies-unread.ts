import { createRequire } from 'node:module';

/** What is used here of the module that the Functions worker supplies to the app. It is on no registry. */
interface Core {
  getProgrammingModel(): ProgrammingModel;
  setProgrammingModel(model: ProgrammingModel): void;
}
interface ProgrammingModel {
  getInvocationModel(invocation: Invocation): unknown;
}
interface Invocation {
  metadata: { bindings: Record<string, { type?: string | null }> };
  request: { triggerMetadata?: Record<string, unknown> | null };
}

/** What `deliveryOf` reads, and nothing that a sender has written. */
const read = ['Id', 'PopReceipt', 'DequeueCount', 'InsertionTime'];

/**
 * Keeps the text of messages from `@azure/functions`. The host sends it along with the metadata of each delivery, though the
 * binding asks for bytes; the library would parse it and walk through it, recursively, before any function is called, and a body
 * that is nested too deep for that would fail every delivery, those of the poison queue too, and then be gone.
 *
 * To be called when the functions are registered.
 */
export function keepBodiesUnread(): void {
  const core: Core = createRequire(import.meta.url)('@azure/functions-core');
  const model = core.getProgrammingModel();
  core.setProgrammingModel(
    Object.assign(Object.create(model), {
      getInvocationModel(invocation: Invocation): unknown {
        const { metadata, request } = invocation;
        const isMessage = Object.values(metadata.bindings).some(({ type }) => type === 'queueTrigger');
        if (isMessage)
          request.triggerMetadata = Object.fromEntries(
            Object.entries(request.triggerMetadata ?? {}).filter(([name]) => read.includes(name)),
          );
        return model.getInvocationModel(invocation);
      },
    }),
  );
}
