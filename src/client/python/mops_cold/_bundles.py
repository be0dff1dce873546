"""From what a person calls a bundle to the reference that messages have."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import BundleNotPushed, InvalidTask
from .tasks import checked_bundle

_how = (
    "Install it where the app's checkout is (`npm install --global .`), name it in MOPS_COLD_CLI, or push the folder elsewhere "
    "(`mops-cold bundle push`) and give the reference that it prints, sha256:…"
)


@dataclass(frozen=True)
class Bundle:
    ref: str
    #: `module:function` by name, as the bundle registers them; None of a reference, which nobody has looked into.
    targets: Mapping[str, str] | None = None

    def target(self, name: str) -> str:
        """A target as `module:function`: it may be given so, or by its registered name. Raises InvalidTask."""
        if ":" in name or "/" in name:
            return name
        if self.targets is None:
            raise InvalidTask(
                f'Cannot use the target "{name}": registered names are looked up where the bundle is a folder. Give "module:function".'
            )
        if name not in self.targets:
            known = f", which has {', '.join(self.targets)}" if self.targets else ""
            raise InvalidTask(
                f'Cannot use the target "{name}": it is neither "module:function" nor a target in the bundle\'s registry.yaml{known}. '
                "Register it, or leave it out."
            )
        return self.targets[name]


def stored(bundle: str | os.PathLike[str], env: Mapping[str, str], repository: str | None = None) -> Bundle:
    """A reference as it is; a folder is pushed by `mops-cold bundle push`, which packs it and knows the store.

    Raises InvalidTask for what is neither, BundleNotPushed when it could not be stored.
    """
    text = os.fspath(bundle)
    if not Path(text).is_dir():
        if isinstance(bundle, os.PathLike) or text.startswith((".", "/", "~")):
            raise BundleNotPushed(f"Cannot push {text}: there is no such folder.")
        return Bundle(checked_bundle(text))
    command = _command(env)
    if command is None:
        raise BundleNotPushed(
            f"Cannot push {text}: a folder is packed by mops-cold, which is not on PATH. {_how}."
        )
    option = [] if repository is None else ["--repository", repository]
    try:
        pushed = subprocess.run(
            [*command, "bundle", "push", text, *option, "--json"],
            env=dict(env),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    except OSError as error:
        raise BundleNotPushed(
            f"Cannot push {text}: {shlex.join(command)} does not start ({error.strerror}). {_how}."
        ) from error
    if pushed.returncode != 0:
        raise BundleNotPushed(
            f"Cannot push {text}: {pushed.stderr.strip() or f'exit code {pushed.returncode}'}"
        )
    said = json.loads(pushed.stdout)
    return Bundle(checked_bundle(said["ref"]), said.get("targets"))


def _command(env: Mapping[str, str]) -> list[str] | None:
    given = env.get("MOPS_COLD_CLI")
    if given:
        return [given] if Path(given).is_file() else shlex.split(given)
    found = shutil.which("mops-cold", path=env.get("PATH"))
    return None if found is None else [found]
