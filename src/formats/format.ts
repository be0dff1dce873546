/** What an output can be read as. */
export type Format = 'csv' | 'arrow' | 'parquet' | 'json' | 'npy' | 'text' | 'bytes';

/** Of these, those that are tables. */
export type TableFormat = 'csv' | 'arrow' | 'parquet';
