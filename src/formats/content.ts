/** Where a table or a document is: in the file of a path, or here in memory. */
export type Content = string | Uint8Array;
