import { type ExportResult, ExportResultCode } from '@opentelemetry/core';

interface Exporter<Batch> {
  export(batch: Batch, done: (result: ExportResult) => void): void;
}

/**
 * Keeps in `underWay` what an exporter is sending: its processor does not wait for what it began by its own timer. An
 * exporter that throws or rejects has failed, like one that says so: a rejection of nobody's would end the worker.
 */
export function watchExports<Batch, Watched extends Exporter<Batch>>(
  exporter: Watched & Exporter<Batch>,
  underWay: Set<Promise<void>>,
): Watched {
  const send = exporter.export.bind(exporter);
  exporter.export = (batch: Batch, done: (result: ExportResult) => void) => {
    const sent = new Promise<ExportResult>((settle, reject) => {
      Promise.resolve(send(batch, settle)).catch(reject);
    })
      .catch((error: Error): ExportResult => ({ code: ExportResultCode.FAILED, error }))
      .then(done)
      .finally(() => underWay.delete(sent));
    underWay.add(sent);
  };
  return exporter;
}
