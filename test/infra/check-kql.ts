import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runInThisContext } from 'node:vm';

/** Columns of the tables of Log Analytics that the queries use, as Microsoft documents them. */
const tables: Record<string, string> = {
  AppDependencies:
    'TimeGenerated:datetime, Id:string, Name:string, DurationMs:real, OperationId:string, ParentId:string, Properties:dynamic',
  AppMetrics: 'TimeGenerated:datetime, Name:string, Sum:real, ItemCount:int, Properties:dynamic',
  AppRequests:
    'TimeGenerated:datetime, Id:string, Name:string, OperationName:string, OperationId:string, ResultCode:string, DurationMs:real, Properties:dynamic',
  AppTraces: 'TimeGenerated:datetime, Message:string, OperationName:string, Properties:dynamic',
  ContainerAppSystemLogs: 'TimeGenerated:datetime, ContainerAppName:string, Reason:string, Log:string',
  StorageQueueLogs: 'TimeGenerated:datetime, OperationName:string, StatusCode:string',
};

interface Kusto {
  Language: {
    GlobalState: { Default: { WithDatabase(database: unknown): unknown } };
    KustoCode: { ParseAndAnalyze(query: string, globals: unknown): { GetDiagnostics(): Diagnostics } };
    Symbols: {
      TableSymbol: { From(columns: string): { WithName(name: string): unknown } };
      DatabaseSymbol: { ctor: new (name: string, tables: unknown[]) => unknown };
    };
  };
}
interface Diagnostics {
  Count: number;
  getItem(index: number): { Severity: string; Message: string; Start: number };
}

/**
 * What Microsoft's own parser has to say against a query over those tables.
 *
 * @param there names of the tables that there are: all, unless somebody says otherwise
 */
export function checkKql(query: string, there: string[] = Object.keys(tables)): string[] {
  const { GlobalState, KustoCode, Symbols } = loadKusto().Language;
  const all = there.map((name) => Symbols.TableSymbol.From(tables[name] ?? '').WithName(name));
  const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('workspace', all));
  const diagnostics = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: diagnostics.Count }, (_, index) => {
    const { Severity, Message, Start } = diagnostics.getItem(index);
    return `${Severity} in line ${query.slice(0, Start).split('\n').length}: ${Message}`;
  });
}

let kusto: Kusto | undefined;

/** It is written for browsers: its two scripts make a global. */
function loadKusto(): Kusto {
  if (kusto) return kusto;
  const folder = dirname(createRequire(import.meta.url).resolve('@kusto/language-service-next/package.json'));
  for (const file of ['bridge.min.js', 'Kusto.Language.Bridge.min.js'])
    runInThisContext(readFileSync(join(folder, file), 'utf8'));
  kusto = (globalThis as unknown as { Kusto: Kusto }).Kusto;
  return kusto;
}
