"""State of the interpreter and of Python's own modules."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import warnings
from typing import Any, Callable, Dict, List, Optional, Tuple

from ..python.contents import digest
from .group import Group


class Interpreter(Group):
    prefix = "python"

    def __init__(self) -> None:
        # Name → how it is read, and how it is set.
        self._settings: Dict[str, Tuple[Callable[[], Any], Callable[[Any], Any]]] = {
            "recursion-limit": (sys.getrecursionlimit, sys.setrecursionlimit),
            "switch-interval": (sys.getswitchinterval, sys.setswitchinterval),
            "garbage-collection": (gc.isenabled, lambda on: gc.enable() if on else gc.disable()),
            "sys.path": (lambda: tuple(map(str, sys.path)), lambda kept: sys.path.__setitem__(slice(None), kept)),
            "sys.argv": (lambda: tuple(map(str, sys.argv)), lambda kept: sys.argv.__setitem__(slice(None), kept)),
            "profile": (sys.getprofile, sys.setprofile),
            "trace": (sys.gettrace, sys.settrace),
        }

    def read(self) -> Dict[str, Any]:
        return {name: read() for name, (read, _) in self._settings.items()}

    def put(self, name: str, kept: Any) -> None:
        self._settings[name][1](kept)


class Warnings(Group):
    prefix = "warnings"

    def read(self) -> Dict[str, Any]:
        return {"": tuple(warnings.filters)}

    def put(self, name: str, kept: Any) -> None:
        warnings.filters[:] = kept  # type: ignore[index]
        getattr(warnings, "_filters_mutated", lambda: None)()


class PythonSignals(Group):
    prefix = "signal"

    def read(self) -> Dict[str, Any]:
        found: Dict[str, Any] = {}
        for number in signal.valid_signals():
            if number not in (signal.SIGKILL, signal.SIGSTOP):
                name = getattr(number, "name", str(int(number)))
                found[name] = signal.getsignal(number)
        found["blocked"] = tuple(sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, []))))
        found["alarm"] = signal.getitimer(signal.ITIMER_REAL)[1]
        return found

    def put(self, name: str, kept: Any) -> None:
        if name == "blocked":
            signal.pthread_sigmask(signal.SIG_SETMASK, kept)
        elif name == "alarm":
            signal.setitimer(signal.ITIMER_REAL, kept, kept)
        elif kept is None:
            raise LookupError("it was not handled by Python")
        else:
            signal.signal(getattr(signal, name, None) or int(name), kept)


class Threads(Group):
    prefix = "threads"
    restorable = False

    def read(self) -> Dict[str, Any]:
        names = sorted(thread.name for thread in threading.enumerate())
        return {
            "": (len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else len(names), tuple(names))
        }


class RandomModule(Group):
    prefix = "random"

    def read(self) -> Dict[str, Any]:
        random = sys.modules.get("random")
        return {"": digest(repr(random.getstate()).encode())} if random else {}

    def keep(self, name: str) -> Any:
        return sys.modules["random"].getstate()

    def put(self, name: str, kept: Any) -> None:
        sys.modules["random"].setstate(kept)


class NumpyState(Group):
    prefix = "numpy"

    def read(self) -> Dict[str, Any]:
        found: Dict[str, Any] = {}
        numpy, made = sys.modules.get("numpy"), sys.modules.get("numpy.random")
        if made is not None and hasattr(made, "get_state"):
            found["random"] = digest(repr(_numpy_random(made)).encode())
        if numpy is not None and hasattr(numpy, "geterr"):
            found["errstate"] = tuple(sorted(numpy.geterr().items()))
            found["printoptions"] = repr(numpy.get_printoptions())
        return found

    def keep(self, name: str) -> Any:
        if name == "random":
            made = sys.modules.get("numpy.random")
            return made.get_state(legacy=False) if made is not None else None
        numpy = sys.modules["numpy"]
        return numpy.geterr() if name == "errstate" else numpy.get_printoptions()

    def put(self, name: str, kept: Any) -> None:
        if kept is None:
            raise LookupError("it was not loaded")
        numpy = sys.modules["numpy"]
        if name == "random":
            sys.modules["numpy.random"].set_state(kept)
        elif name == "errstate":
            numpy.seterr(**kept)
        else:
            numpy.set_printoptions(**kept)


def _numpy_random(made: Any) -> List[Any]:
    state = made.get_state(legacy=False)
    return [state["state"]["key"].tobytes() if "key" in state["state"] else state["state"], *sorted(
        (name, repr(value)) for name, value in [*state.items(), *state["state"].items()] if name not in ("state", "key")
    )]  # fmt: skip


class TorchState(Group):
    prefix = "torch"

    def read(self) -> Dict[str, Any]:
        torch = _torch()
        if torch is None:
            return {}
        return {"random": digest(bytes(torch.random.get_rng_state().tolist())), "threads": torch.get_num_threads()}

    def keep(self, name: str) -> Any:
        torch = _torch()
        return torch and (torch.random.get_rng_state() if name == "random" else torch.get_num_threads())

    def put(self, name: str, kept: Any) -> None:
        if kept is None:
            raise LookupError("it was not loaded")
        torch: Any = _torch()
        torch.random.set_rng_state(kept) if name == "random" else torch.set_num_threads(kept)


def _torch() -> Optional[Any]:
    torch: Any = sys.modules.get("torch")
    return torch if hasattr(torch, "random") and hasattr(torch, "get_num_threads") else None


class Decimal(Group):
    prefix = "decimal"

    def read(self) -> Dict[str, Any]:
        decimal = sys.modules.get("decimal")
        return {"": repr(decimal.getcontext())} if decimal and hasattr(decimal, "getcontext") else {}

    def keep(self, name: str) -> Any:
        return sys.modules["decimal"].getcontext().copy() if "decimal" in sys.modules else None

    def put(self, name: str, kept: Any) -> None:
        if kept is None:
            raise LookupError("it was not loaded")
        sys.modules["decimal"].setcontext(kept.copy())
