// The shapes that the Functions host and a language worker exchange, as `@azure/functions` reads and writes them.

/** One value. Exactly one member is set. */
export interface TypedData {
  string?: string | null;
  json?: string | null;
  bytes?: Uint8Array | null;
  int?: number | null;
  double?: number | null;
  http?: HttpData | null;
}

/** A string that may be empty. */
export interface NullableString {
  value?: string | null;
}

/** A request or a response. */
export interface HttpData {
  method?: string | null;
  url?: string | null;
  statusCode?: string | null;
  headers?: Record<string, string> | null;
  body?: TypedData | null;
  cookies?: HttpCookie[] | null;
  nullableHeaders?: Record<string, NullableString> | null;
  nullableParams?: Record<string, NullableString> | null;
  nullableQuery?: Record<string, NullableString> | null;
}

/** A cookie of a response. */
export interface HttpCookie {
  name?: string | null;
  value?: string | null;
  domain?: { value?: string | null } | null;
  path?: { value?: string | null } | null;
  expires?: { value?: { seconds?: number | null } | null } | null;
  secure?: { value?: boolean | null } | null;
  httpOnly?: { value?: boolean | null } | null;
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone' | null;
  maxAge?: { value?: number | null } | null;
}

/** One binding of a function, with the settings of its type. */
export interface Binding {
  type?: string | null;
  direction?: 'in' | 'out' | 'inout' | null;
  dataType?: 'undefined' | 'string' | 'binary' | 'stream' | null;
  queueName?: string;
  connection?: string;
  route?: string;
  methods?: string[];
  authLevel?: string;
}

/** A function as the app registered it. */
export interface FunctionMetadata {
  name: string;
  functionId: string;
  bindings: Record<string, Binding>;
}

/** A named value of an invocation. */
export interface ParameterBinding {
  name?: string | null;
  data?: TypedData | null;
}

/** What the host sends to have a function run. */
export interface InvocationRequest {
  invocationId: string;
  functionId: string;
  inputData: ParameterBinding[];
  triggerMetadata: Record<string, TypedData>;
  traceContext: { traceParent: string; traceState: string; attributes: Record<string, string> };
}

/** What the worker answers. */
export type InvocationResult =
  | { invocationId: string; succeeded: true; outputData: ParameterBinding[]; returnValue?: TypedData | null }
  | { invocationId: string; succeeded: false; error: { message: string; stack?: string } };

/** How an app describes itself once it is loaded. */
export interface AppIndex {
  functions: FunctionMetadata[];
  capabilities: Record<string, string>;
}

/** Severity in the worker's words. */
export type RpcLogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
