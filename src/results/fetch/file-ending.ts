/**
 * Endings of files by content type. Bytes, text, JSON and Arrow tables have none: their files have been named as the outputs
 * are from the beginning, and programs know them so.
 */
const endings = new Map([
  ['application/gzip', '.gz'],
  ['application/pdf', '.pdf'],
  ['application/x-hdf5', '.h5'],
  ['application/x-netcdf', '.nc'],
  ['application/x-npy', '.npy'],
  ['application/zip', '.zip'],
  ['image/jpeg', '.jpg'],
  ['image/png', '.png'],
  ['image/svg+xml', '.svg'],
  ['text/csv', '.csv'],
  ['text/html', '.html'],
  ['text/markdown', '.md'],
  ['text/tab-separated-values', '.tsv'],
]);

/** What is to be added to an output's name for its file; nothing where the name has an ending. */
export function fileEnding(name: string, contentType: string): string {
  if (/\.[A-Za-z][A-Za-z0-9]*$/.test(name)) return '';
  return endings.get(contentType.split(';')[0] ?? '') ?? '';
}
