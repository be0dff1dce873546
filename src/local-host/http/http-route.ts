import type { FunctionMetadata } from '../rpc.js';

/** A function that answers requests, and where. */
export interface HttpRoute {
  readonly functionName: string;
  readonly functionId: string;
  readonly bindingName: string;
  /** The http output binding, `$return` unless the app named another. */
  readonly outputName: string | undefined;
  /** Upper case; empty = all. */
  readonly methods: readonly string[];
  readonly authLevel: 'anonymous' | 'function' | 'admin';
  /** With the prefix, for example `/api/jobs/{id}`. */
  readonly path: string;
  /** The values of the `{name}` parts when the path is this route's, else undefined. */
  match(path: string): Record<string, string> | undefined;
}

const parameter = /^\{([A-Za-z_]\w*)\}$/;

/**
 * The HTTP route of a function.
 *
 * @throws Error when its route has more than plain segments and `{name}`.
 */
export function readHttpRoute(metadata: FunctionMetadata, routePrefix: string): HttpRoute | undefined {
  const bindings = Object.entries(metadata.bindings);
  const trigger = bindings.find(([, binding]) => binding.type?.toLowerCase() === 'httptrigger');
  if (!trigger) return undefined;
  const [bindingName, binding] = trigger;
  const segments = `${routePrefix}/${binding.route ?? metadata.name}`
    .split('/')
    .filter((segment) => segment !== '');
  for (const segment of segments) {
    if (/[{}*]/.test(segment) && !parameter.test(segment)) {
      throw new Error(
        `Cannot serve ${metadata.name}: its route has "${segment}", the local host knows {name} alone.`,
      );
    }
  }
  return {
    functionName: metadata.name,
    functionId: metadata.functionId,
    bindingName,
    outputName: bindings.find(([, other]) => other.type === 'http' && other.direction === 'out')?.[0],
    methods: (binding.methods ?? []).map((method) => method.toUpperCase()),
    authLevel: readAuthLevel(metadata.name, binding.authLevel),
    path: `/${segments.join('/')}`,
    match: (path) => matchSegments(segments, path),
  };
}

function readAuthLevel(functionName: string, value: string | undefined): HttpRoute['authLevel'] {
  const level = (value ?? 'anonymous').toLowerCase();
  if (level === 'anonymous' || level === 'function' || level === 'admin') return level;
  throw new Error(
    `Cannot serve ${functionName}: its authLevel is "${value}", it must be anonymous, function or admin.`,
  );
}

function matchSegments(segments: readonly string[], path: string): Record<string, string> | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? '';
    const name = parameter.exec(segment)?.[1];
    if (name !== undefined) parameters[name] = decode(part);
    else if (segment.toLowerCase() !== part.toLowerCase()) return undefined;
  }
  return parameters;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // not an encoded text: taken as it is
  }
}
