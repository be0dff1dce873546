import type { Scalar } from '../../contracts/json/scalar.js';
import { loadZstd } from '../../files/load-zstd.js';
import { writeWhole } from '../../files/write-whole.js';
import type { CellKind } from '../../formats/cell-kind.js';
import { convertCell } from '../../formats/convert-cell.js';
import { cellOf, kindOfValue } from '../../formats/kind-of-value.js';
import { widenKinds } from '../../formats/widen-kinds.js';

/** A row of a target's `data.parquet`: one parameter set. */
export interface TargetRow {
  job_id: string;
  param_id: string;
  bundle_ref: string;
  entrypoint: string;
  loss: number | null;
  n_replicates: number | null;
  seeds: bigint[];
  timestamp: string;
  params: Record<string, Scalar>;
}

const types: Partial<Record<CellKind, 'BOOLEAN' | 'DOUBLE' | 'INT64' | 'STRING'>> = {
  boolean: 'BOOLEAN',
  float64: 'DOUBLE',
  int64: 'INT64',
};

/** Writes what targets made of parameter sets as ModelOps' views have it: `param_<name>` for each parameter, seeds as a list. */
export async function writeTargetView(path: string, rows: TargetRow[], signal: AbortSignal): Promise<void> {
  const [{ parquetWriteBuffer, schemaFromColumnData }, zstd] = await Promise.all([
    import('hyparquet-writer'),
    loadZstd(),
  ]);
  const names = [...new Set(rows.flatMap(({ params }) => Object.keys(params)))].sort();
  const text = (name: 'job_id' | 'param_id' | 'bundle_ref' | 'entrypoint' | 'timestamp') => ({
    name,
    data: rows.map((row) => row[name]),
    type: 'STRING' as const,
  });
  const plain = [
    text('job_id'),
    text('param_id'),
    text('bundle_ref'),
    text('entrypoint'),
    { name: 'loss', data: rows.map(({ loss }) => loss), type: 'DOUBLE' as const },
    {
      name: 'n_replicates',
      data: rows.map(({ n_replicates: n }) => (n === null ? null : BigInt(n))),
      type: 'INT64' as const,
    },
  ];
  const parameters = names.map((name) => parameterColumn(name, rows));
  const behind = [text('timestamp'), ...parameters];
  const seeds = { name: 'seeds', data: rows.map((row) => row.seeds) };
  const isLarge = rows.some((row) => row.seeds.some((seed) => seed >= 2n ** 63n));
  const of = (columns: typeof behind) => schemaFromColumnData({ columnData: columns }).slice(1);
  const content = parquetWriteBuffer({
    // Their types stand in the schema.
    columnData: [...plain, seeds, ...behind].map(({ name, data }) => ({ name, data })),
    schema: [
      { name: 'root', num_children: plain.length + 1 + behind.length },
      ...of(plain as typeof behind),
      { name: 'seeds', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      {
        name: 'element',
        repetition_type: 'OPTIONAL',
        type: 'INT64',
        ...(isLarge && { converted_type: 'UINT_64' }),
      },
      ...of(behind),
    ],
    codec: 'ZSTD',
    compressors: { ZSTD: zstd },
    statistics: false,
  });
  await writeWhole(path, [new Uint8Array(content)], { signal });
}

function parameterColumn(name: string, rows: TargetRow[]) {
  const values = rows.map(({ params }) => (Object.hasOwn(params, name) ? params[name] : undefined));
  let kind: CellKind | undefined;
  for (const value of values) {
    if (value === undefined) continue;
    const own = kindOfValue(value);
    kind = kind === undefined ? own : widenKinds(kind, own);
  }
  const common = kind !== undefined && types[kind] !== undefined ? kind : 'text';
  return {
    name: `param_${name}`,
    type: types[common] ?? ('STRING' as const),
    data: values.map((value) => {
      if (value === undefined) return null;
      const own = kindOfValue(value);
      return convertCell(cellOf(value, own), own, common);
    }),
  };
}
