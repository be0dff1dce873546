import { z } from 'zod';
import { EnvironmentFailed } from '../simulation/environment-failed.js';
import type { Numerics } from '../simulation/ports.js';
import { askPython } from './ask-python.js';
import type { BuildOptions } from './build/build-options.js';

const Answer = z.union([
  z.object({ features: z.array(z.string()), openblas: z.array(z.string()) }),
  z.object({ trouble: z.string() }),
]);

// Up to 1.26 the module of numpy is below numpy.core. Its OpenBLAS is loaded with it, wherever it lies; that of scipy beside it.
const script = `
import sys
sys.path = [folder for folder in sys.path if folder]
import json

def features():
    names = ("numpy._core._multiarray_umath", "numpy.core._multiarray_umath")
    module = next(sys.modules[name] for name in names if name in sys.modules)
    has = getattr(module, "__cpu_features__", {})
    return [name for name in getattr(module, "__cpu_dispatch__", []) if has.get(name)]

def openblas():
    import ctypes, glob, importlib.util, os
    places = set()
    if os.path.exists("/proc/self/maps"):
        with open("/proc/self/maps") as maps:
            places.update(line.split(None, 5)[5].strip() for line in maps if "openblas" in line)
    scipy = importlib.util.find_spec("scipy")
    if scipy and scipy.origin:
        beside = os.path.dirname(os.path.dirname(scipy.origin))
        places.update(glob.glob(os.path.join(glob.escape(beside), "scipy.libs", "*openblas*")))
    for place in sorted(places):
        library = ctypes.CDLL(place)
        for name in ("scipy_openblas_get_config64_", "scipy_openblas_get_config", "openblas_get_config64_", "openblas_get_config"):
            told = getattr(library, name, None)
            if told:
                told.restype = ctypes.c_char_p
                yield told().decode().split()[1]
                break

try:
    import numpy
    answer = {"features": features(), "openblas": list(openblas())}
except ModuleNotFoundError as error:
    answer = {"features": [], "openblas": []} if error.name == "numpy" else {"trouble": str(error)}
except Exception as error:
    answer = {"trouble": str(error)}
sys.stdout.write("\\n")
print(json.dumps(answer))
`;

/**
 * Asks what is installed for an interpreter between which instruction sets it chooses on this machine.
 *
 * @param built how what a bundle has brought is run, where it is not what is installed for all bundles
 * @throws EnvironmentFailed when numpy is installed and cannot be imported; another error for trouble that may pass.
 */
export async function askNumerics(
  python: string,
  built?: { base: string; reads: string[]; options: BuildOptions },
): Promise<Numerics> {
  const about = 'which instruction sets its numpy uses';
  const argv = ['-E', '-s', '-c', script];
  const answer = built
    ? await (await import('./build/ask-apart.js')).askApart(
        { python, base: built.base, reads: built.reads },
        argv,
        about,
        Answer,
        built.options,
      )
    : await askPython(python, argv, about, Answer);
  if ('features' in answer) return { numpyFeatures: answer.features, openblas: answer.openblas };
  const [line = ''] = answer.trouble.trim().split('\n', 1);
  throw new EnvironmentFailed(
    `Cannot hold the numpy of ${python} to MODELOPS_CPU_BASELINE: it cannot be imported (${line}). Repair it, or name what it is to leave out in the bundle's env (NPY_DISABLE_CPU_FEATURES).`,
  );
}
