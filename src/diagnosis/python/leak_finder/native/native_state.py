"""Variables of shared objects and what is on the heap behind them: kept, compared and put back."""

from __future__ import annotations

import os
import sys
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..change import change
from .content import Content
from .heap import Block, Heap, Path
from .library import Library, Region
from .loaded_objects import loaded_objects
from .memory import Memory
from .module_state import module_states
from .objects import objects_of_extensions
from .put_back import put_back
from .python_types import PythonTypes
from .source_lines import SourceLines

Place = Tuple[str, str]

_SHOWN_BYTES = 32
# Begins the name of a region that is a Python object.
_OBJECT = "object "
# What Python and the system bring, whose state others look into by name.
_OF_THE_SYSTEM = ("libc.", "libc-", "libm.", "libm-", "ld-", "libpthread", "libdl.", "librt.", "libutil.", "libpython")
_RUNTIMES = ("libstdc++", "libgcc_s", "libc++", "libz.", "libssl.", "libcrypto.", "libffi.", "libexpat.", "liblzma.")


class NativeMoment(NamedTuple):
    contents: Dict[Place, Content]
    # By the pointers that lead there.
    blocks: Dict[Tuple[str, str, Path], Block]


class NativeState:
    """Raises OSError or AttributeError where the system does not let it look."""

    def __init__(self, memory: Memory, roots: Sequence[str]) -> None:
        self._memory = memory
        self._roots = [os.path.join(os.path.realpath(root), "") for root in roots]
        self._from_the_start = {loaded.path for loaded in loaded_objects()}
        self._libraries: Dict[str, Library] = {}
        self._passed: Set[str] = set()
        # Addresses of the objects that a variable has held.
        self._objects: Dict[str, List[int]] = {}
        self._types = PythonTypes(memory)
        self._lines = SourceLines()
        # What could not be looked into, as sentences.
        self.unseen: List[str] = []

    def take(self, former: Optional[NativeMoment]) -> NativeMoment:
        self._look_for_libraries()
        contents: Dict[Place, Content] = {}
        pointers: List[Tuple[str, str, int, int]] = []
        heap = Heap(self._memory)
        for library, region in self._regions():
            place = (library.name, region.section)
            content = Content.read(
                self._memory, region.address, region.size, former.contents.get(place) if former else None
            )
            if content is None:
                continue  # closed since: there is nothing that another task could find
            contents[place] = content
            pointers += [(*place, offset, word) for offset, word in content.words() if heap.may_be_block(word)]
        return NativeMoment(contents, heap.behind(pointers))

    def is_of_bundle(self, change: Dict[str, Any]) -> bool:
        return self._libraries[change["library"]].is_of_bundle

    def changes(self, before: NativeMoment, after: NativeMoment) -> Iterator[Dict[str, Any]]:
        """One for each variable: `heap` where it is as it was, but not what it leads to."""
        told: Set[Tuple[Place, int]] = set()
        for library, region in self._regions():
            place = (library.name, region.section)
            new = after.contents.get(place)
            if new is None:
                continue
            old = before.contents.get(place)
            if old is None:
                # Loaded meanwhile: what makes a library ready for use is no leak.
                if region.place is None or not library.is_of_bundle:
                    continue
                old = self._initial(library, region, new)
            for start, end in old.changed(new):
                if self._types.is_bookkeeping(new, start):
                    continue
                for at, size in self._extents(library, region, start, end):
                    # Between two changes that are close there may be a variable that is as it was.
                    if (place, at) not in told and old.part(at, size) != new.part(at, size):
                        told.add((place, at))
                        shown = (old.part(at, size), new.part(at, size))
                        yield self._variable("native", library, region, at, size, *shown)
        for (name, section, path), block in after.blocks.items():
            former = before.blocks.get((name, section, path))
            if (
                former is None
                or former.address != block.address
                or former.size != block.size
                or former.data == block.data
            ):
                continue
            library = self._libraries[name]
            region = library.regions[section]
            for at, size in self._extents(library, region, path[0], path[0] + 8):
                if ((name, section), at) not in told:
                    told.add(((name, section), at))
                    yield self._variable("heap", library, region, at, size, former.data, block.data)

    def restore(self, moment: NativeMoment, key: str) -> None:
        """The variable, and what it led to. Raises LookupError where it cannot be put back."""
        _, _, rest = key.partition(":")
        name, place, size = rest.rsplit(":", 2)
        section, _, offset = place.rpartition("+")
        self._look_for_libraries()
        library = self._libraries.get(name)
        region = library.regions.get(section) if library else None
        if library is None or region is None:
            raise LookupError(f"{name} is not loaded")
        at = int(offset, 16)
        self._put_back(moment, library, region, at, int(size))
        symbol = library.symbol_at(region, at)
        for guard in library.guards_of(symbol) if symbol else []:
            found = library.place_of(guard)
            if found:
                self._put_back(moment, library, found[0], found[1], guard.size)

    def _put_back(self, moment: NativeMoment, library: Library, region: Region, at: int, size: int) -> None:
        place = (library.name, region.section)
        content = moment.contents.get(place)
        if content is None:
            now = Content.read(self._memory, region.address, region.size, None)
            if now is None or region.place is None:
                raise LookupError(f"there was no {region.section}")
            content = self._initial(library, region, now)
        blocks = [
            (path, block)
            for (*of, path), block in moment.blocks.items()
            if (of[0], of[1]) == place and at <= path[0] < at + size
        ]
        put_back(self._memory, region.address, at, content.part(at, size), blocks)

    def _variable(
        self, kind: str, library: Library, region: Region, at: int, size: int, before: bytes, after: bytes
    ) -> Dict[str, Any]:
        name, line = self._described(library, region, at)
        first = next(index for index in range(len(before)) if before[index] != after[index]) // 8 * 8
        shown = slice(first, first + _SHOWN_BYTES)
        return change(
            kind,
            f"{kind}:{library.name}:{region.section}+{at:#x}:{size}",
            before[shown].hex(),
            after[shown].hex(),
            True,
            library=library.name,
            section=region.section,
            offset=at,
            size=size,
            symbol=name,
            source=line,
        )

    def _described(self, library: Library, region: Region, at: int) -> Tuple[Optional[str], Optional[str]]:
        """The variable and where it is declared, as far as that is known."""
        if region.place is None:
            return region.section.partition(" at ")[0], None
        symbol = library.symbol_at(region, at)
        return self._lines.of(library, symbol) if symbol else (None, None)

    def _extents(self, library: Library, region: Region, start: int, end: int) -> Iterator[Tuple[int, int]]:
        """Offset and size of the variables in a changed range; of what has no name, the range itself."""
        at = start
        while at < end:
            symbol = library.symbol_at(region, at)
            if symbol is None:
                following = next((each for each in range(at, end) if library.symbol_at(region, each)), end)
                if region.place is None or not library.has_symbols:
                    yield at, following - at
                at = following
                continue
            begin = symbol.address - (region.place or 0)
            if library.is_of_the_source(symbol):
                yield begin, symbol.size
            at = begin + symbol.size

    def _initial(self, library: Library, region: Region, now: Content) -> Content:
        return Content.of(library.initial(region, now.part(0, region.size)))

    def _regions(self) -> Iterator[Tuple[Library, Region]]:
        for library in self._libraries.values():
            for region in library.regions.values():
                yield library, region

    def _look_for_memory_of_python(self) -> None:
        by_path = {os.path.realpath(library.file.path): library for library in self._libraries.values()}
        for path, name, address, size in module_states():
            library = by_path.get(os.path.realpath(path))
            # Those of others hold what their import has made.
            if library is not None and library.is_of_bundle:
                library.regions[name] = Region(name, address, size, None, False)
        for library in by_path.values():
            for region in [name for name in library.regions if name.startswith(_OBJECT)]:
                del library.regions[region]
        for path, name, address, size in objects_of_extensions(self._roots[0]):
            library = by_path.get(os.path.realpath(path))
            if library is not None:
                # Another object in the place of the first has other addresses, and is a change of the variable itself.
                region = f"{_OBJECT}{name} at {self._number_of(name, address)}"
                library.regions[region] = Region(region, address, size, None, False)

    def _number_of(self, name: str, address: int) -> int:
        known = self._objects.setdefault(name, [])
        if address not in known:
            known.append(address)
        return known.index(address)

    def _look_for_libraries(self) -> None:
        for loaded in loaded_objects():
            if loaded.path in self._passed:
                continue
            self._passed.add(loaded.path)
            name = self._name_of(loaded.path)
            if name is None:
                continue
            try:
                is_of_bundle = os.path.realpath(loaded.path).startswith(self._roots[0])
                self._libraries[name] = Library(name, loaded, is_of_bundle)
            except (OSError, ValueError) as error:
                self.unseen.append(f"{name} cannot be read: {error}.")
        self._look_for_memory_of_python()

    def _name_of(self, path: str) -> Optional[str]:
        """Null for what belongs to Python or the system."""
        real = os.path.realpath(path)
        for root in self._roots:
            if real.startswith(root):
                return os.path.relpath(real, root)
        name = os.path.basename(real)
        is_pythons = real.startswith(os.path.join(os.path.realpath(sys.base_prefix), "lib", "python"))
        if (
            path in self._from_the_start
            or is_pythons
            or name.startswith(_OF_THE_SYSTEM + _RUNTIMES)
            or not os.path.isabs(path)
        ):
            return None
        return name
