import type { Culprit } from './diagnosis.js';
import { functionOfStatic } from './function-of-static.js';
import { staticKind } from './static-kind.js';

/** How a kind of static is mended, with the user's own names. */
export interface Advice {
  /** A sentence or two. */
  what: string;
  before: string;
  after: string;
}

const longestValue = 40;

/** What to do about a variable that survives. */
export function advice(culprit: Culprit): Advice {
  const kind = staticKind(culprit);
  const name = plainName(culprit);
  const owner = ownerOf(culprit);
  if (culprit.brought_by === 'environment')
    return {
      what: `\`${name}\` belongs to ${culprit.library}, which a package has brought. Reset it by the package's own means where each task begins (close, disconnect, reset, a seed of its own), or let each task have a fresh process.`,
      before: 'def wire(entrypoint, params, seed):\n    …',
      after: 'def wire(entrypoint, params, seed):\n    reset()        # what the package offers\n    …',
    };
  switch (kind) {
    case 'function static':
      return {
        what: `\`${name}\` in \`${owner}\` is made once for the whole process. Make it belong to one simulation: a member of an object that each task makes anew, handed to the function.`,
        before: `${owner} {\n  static T ${name};            // lives as long as the process\n  …\n}`,
        after: `struct Simulation { T ${name}; };  // one for each task, on its stack\n${withArgument(owner, 'Simulation& simulation')} {\n  auto& ${name} = simulation.${name};\n  …\n}`,
      };
    case 'thread-local':
      return {
        what: `\`${name}\` is thread_local: it lives as long as its thread, and a reused process keeps its threads.`,
        before: `thread_local T ${name};`,
        after: `struct Simulation { T ${name}; };  // one for each task\nvoid run(const Parameters& p) { Simulation simulation; … }`,
      };
    case 'Fortran':
      return {
        what: `\`${name}\` keeps its value between calls: it has SAVE (which a value in its declaration implies), or stands in a COMMON block or a module. Set it where each run begins.`,
        before: `integer :: ${lastPart(name)} = 0          ! implies SAVE`,
        after: `integer :: ${lastPart(name)}\n${lastPart(name)} = 0                     ! at the beginning of each run`,
      };
    case 'Cython global':
      return {
        what: `\`${name}\` is a global of a Cython module. Make it an attribute of an object that each task makes.`,
        before: `cdef int ${lastPart(name)} = 0`,
        after: `cdef class Simulation:\n    cdef int ${lastPart(name)}\n    def __init__(self):\n        self.${lastPart(name)} = 0`,
      };
    case 'unnamed':
      return {
        what: `The library ${culprit.library ?? ''} tells no name for it (it is stripped). Build it with \`-g\` and without \`-s\` or \`strip\`, and diagnose again: then the variable is named.`,
        before: `${culprit.section ?? ''} + ${culprit.offset ?? 0}, ${culprit.size ?? 0} bytes`,
        after: 'c++ -g -O2 -shared -fPIC …',
      };
    case 'global':
      return {
        what: `\`${name}\` is one for the whole process. Make it belong to one simulation, or reset it where each run begins.`,
        before: `static T ${lastPart(name)};                // lives as long as the process`,
        after: `struct Simulation { T ${lastPart(name)}; };  // one for each task\nvoid run(const Parameters& p) { Simulation simulation; … }`,
      };
    case 'Python default argument':
      return {
        what: `A default argument is made once, when its function is: \`${name}\` is the same object in every call.`,
        before: `def ${owner}(…, ${name}=[]):`,
        after: `def ${owner}(…, ${name}=None):\n    ${name} = [] if ${name} is None else ${name}`,
      };
    case 'Python closure':
      return {
        what: `\`${name}\` is kept by the closure \`${owner}\`. Make the closure where each task begins, not at the import.`,
        before: `${owner} = make()              # at the import`,
        after: `def wire(entrypoint, params, seed):\n    ${owner} = make()          # for each task`,
      };
    case 'Python cache':
      return {
        what: `\`${name}\` remembers results from task to task. Clear it, or let what it depends on be among its arguments.`,
        before: `@lru_cache\ndef ${lastPart(name)}(…): …`,
        after: `def wire(entrypoint, params, seed):\n    ${lastPart(name)}.cache_clear()\n    …`,
      };
    case 'Python class attribute':
      return {
        what: `\`${name}\` belongs to the class, which all tasks share. Make it an attribute of the instance.`,
        before: `class ${lastPart(owner)}:\n    ${lastPart(name)} = …`,
        after: `class ${lastPart(owner)}:\n    def __init__(self):\n        self.${lastPart(name)} = …`,
      };
    case 'Python global': {
      const value = culprit.before && culprit.before.length <= longestValue ? culprit.before : '…';
      return {
        what: `\`${name}\` is one for the whole process. Make it where each task begins, and hand it on.`,
        before: `${lastPart(name)} = ${value}   # at the import of ${owner || culprit.module}`,
        after: `def wire(entrypoint, params, seed):\n    ${lastPart(name)} = ${value}   # for each task`,
      };
    }
    case 'environment variable':
      return {
        what: `A task sets the environment variable ${lastOf(culprit.key)}, and the next one finds it. Hand values on as arguments.`,
        before: `os.environ["${lastOf(culprit.key)}"] = str(value)   # or setenv`,
        after: 'run(value)',
      };
    case 'random state':
      return {
        what: 'Draws come from a generator of the whole process, which goes on where the task before ended. Make one of the task, from its seed.',
        before: 'random.random()                # or numpy.random, rand()',
        after:
          'generator = random.Random(seed)   # numpy.random.default_rng(seed), std::mt19937 generator(seed)\ngenerator.random()',
      };
    case 'file':
      return {
        what: `A task leaves ${lastOf(culprit.key)}, and the next one finds it. Write to a folder of the task's own, and read nothing that another may have written.`,
        before: `open("${lastOf(culprit.key)}", "a")`,
        after: 'with tempfile.TemporaryDirectory() as folder:\n    open(os.path.join(folder, …), "w")',
      };
    case 'working directory':
      return {
        what: 'A task changes the working directory, and the next one begins there. Use absolute paths.',
        before: 'os.chdir(folder)',
        after: 'open(os.path.join(folder, name))',
      };
    case 'process setting':
      return {
        what: `A task changes ${lastOf(culprit.key)} for the whole process. Put it back where the task ends.`,
        before: `set(${lastOf(culprit.key)})`,
        after: 'former = get()\ntry:\n    set(…)\n    …\nfinally:\n    set(former)',
      };
  }
}

/** The variable as its author wrote it, without what it belongs to. */
function plainName({ kind, symbol, key, name }: Culprit): string {
  const full = symbol ?? name ?? lastOf(key);
  if (kind === 'python') {
    const argument = /\((\w+)=\)$|\[(\w+)\]$/.exec(key);
    return argument?.[1] ?? argument?.[2] ?? lastOf(key);
  }
  return functionOfStatic(full)?.name ?? full;
}

/** The function or class that it belongs to, or its module. */
function ownerOf({ kind, symbol, key, module }: Culprit): string {
  if (kind === 'python') {
    const path = lastOf(key).replace(/\(\w+=\)$|\[\w+\]$/, '');
    if (path !== lastOf(key)) return lastPart(path);
    return path.split('.').slice(0, -1).join('.') || (module ?? '');
  }
  const of = functionOfStatic(symbol ?? '');
  return of === undefined ? (module ?? '') : functionOf(of.signature);
}

/** Without the namespaces that it lies in, one of which may have no name. */
function functionOf(signature: string): string {
  return (
    /(?:~?\w+|operator\S+?)(?:<[^()]*>)?\((?:[^()]|\([^()]*\))*\)(?: const)?$/.exec(signature)?.[0] ??
    signature
  );
}

function lastOf(key: string): string {
  return key.slice(key.lastIndexOf(':') + 1);
}

function lastPart(name: string): string {
  return name.split(/::|\./).at(-1) ?? name;
}

function withArgument(owner: string, argument: string): string {
  return owner.replace(/\((.*)\)/, (_, given: string) => `(${[argument, given].filter(Boolean).join(', ')})`);
}
