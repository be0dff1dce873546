"""Variables of shared objects and what is on the heap behind them: kept, compared and put back."""

from __future__ import annotations

import os
import sys
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..change import change
from .content import Content
from .heap import Block, Heap, Path, allocate
from .library import Library, Region
from .loaded_objects import loaded_objects
from .memory import Memory
from .module_state import module_states
from .python_types import PythonTypes
from .source_lines import SourceLines

Place = Tuple[str, str]

_SHOWN_BYTES = 32
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
        self._types = PythonTypes()
        self._lines = SourceLines()
        # What could not be looked into, as sentences.
        self.unseen: List[str] = []

    def take(self, former: Optional[NativeMoment]) -> NativeMoment:
        self._look_for_libraries()
        contents: Dict[Place, Content] = {}
        blocks: Dict[Tuple[str, str, Path], Block] = {}
        heap = Heap(self._memory)
        for library, region in self._regions():
            place = (library.name, region.section)
            content = Content.read(
                self._memory, region.address, region.size, former.contents.get(place) if former else None
            )
            if content is None:
                continue  # closed since: there is nothing that another task could find
            contents[place] = content
            for path, block in heap.behind(content.words()):
                blocks[(*place, path)] = block
        return NativeMoment(contents, blocks)

    def is_of_bundle(self, change: Dict[str, Any]) -> bool:
        return self._libraries[change["library"]].is_of_bundle

    def changes(self, before: NativeMoment, after: NativeMoment) -> Iterator[Dict[str, Any]]:
        for library, region in self._regions():
            place = (library.name, region.section)
            new = after.contents.get(place)
            if new is None:
                continue
            old = before.contents.get(place)
            if old is None:
                if not library.is_of_bundle:
                    continue  # loaded meanwhile: what makes it ready for use is no leak
                if region.place is None:
                    continue
                old = self._initial(library, region, new)
            told: Set[Tuple[int, int]] = set()
            for start, end in old.changed(new):
                if self._types.is_bookkeeping(new, start):
                    continue
                for at, size in self._extents(library, region, start, end):
                    # Between two changes that are close there may be a variable that is as it was.
                    if (at, size) not in told and old.part(at, size) != new.part(at, size):
                        told.add((at, size))
                        yield self._variable(library, region, at, size, old, new)
        for (name, section, path), block in after.blocks.items():
            former = before.blocks.get((name, section, path))
            if former and former.address == block.address and former.size == block.size and former.data != block.data:
                yield self._block(self._libraries[name], section, path, former, block)

    def restore(self, moment: NativeMoment, key: str) -> None:
        """Raises LookupError where it cannot be put back."""
        kind, _, rest = key.partition(":")
        name, place, size = rest.rsplit(":", 2)
        section, _, offsets = place.rpartition("+")
        if kind == "heap":
            self._restore_block(moment, name, section, tuple(int(part, 16) for part in offsets.split("->")))
            return
        library = self._library(name)
        region = library.regions[section]
        at = int(offsets, 16)
        self._restore_range(moment, library, region, at, int(size))
        symbol = library.symbol_at(region, at)
        for guard in library.guards_of(symbol) if symbol else []:
            found = library.place_of(guard)
            if found:
                self._restore_range(moment, library, found[0], found[1], guard.size)

    def _restore_range(self, moment: NativeMoment, library: Library, region: Region, at: int, size: int) -> None:
        place = (library.name, region.section)
        content = moment.contents.get(place)
        if content is None:
            now = Content.read(self._memory, region.address, region.size, None)
            assert now is not None
            content = self._initial(library, region, now)
        data = self._with_blocks(moment, place, (), at, content.part(at, size), region.address)
        self._memory.write(region.address + at, data)

    def _restore_block(self, moment: NativeMoment, name: str, section: str, path: Path) -> None:
        block = moment.blocks.get((name, section, path))
        if block is None:
            raise LookupError("there was nothing behind this pointer")
        now = self._reached(name, section, path)
        if now is None or (now.address, now.size) != (block.address, block.size):
            raise LookupError("the pointer leads elsewhere now")
        self._memory.write(
            block.address, self._with_blocks(moment, (name, section), path, 0, block.data, block.address)
        )

    def _with_blocks(self, moment: NativeMoment, place: Place, path: Path, start: int, data: bytes, base: int) -> bytes:
        """With new blocks in the place of those that its pointers led to and do not lead to any more: they were given back."""
        made = bytearray(data)
        for at in range(-start % 8, len(made) - 7, 8):
            block = moment.blocks.get((*place, (*path, start + at)))
            if block is None or self._memory.word(base + start + at) == block.address:
                continue
            inner = self._with_blocks(moment, place, (*path, start + at), 0, block.data, 0)
            new = allocate(inner)
            for other in range(-start % 8, len(made) - 7, 8):
                word = int.from_bytes(data[other : other + 8], "little")
                if block.address <= word <= block.address + block.size:
                    made[other : other + 8] = (word - block.address + new).to_bytes(8, "little")
        return bytes(made)

    def _reached(self, name: str, section: str, path: Path) -> Optional[Block]:
        address: Optional[int] = self._library(name).regions[section].address
        heap = Heap(self._memory)
        block = None
        for offset in path:
            word = self._memory.word((address or 0) + offset)
            block = heap.block(word) if word else None
            if block is None:
                return None
            address = block.address
        return block

    def _variable(
        self, library: Library, region: Region, at: int, size: int, old: Content, new: Content
    ) -> Dict[str, Any]:
        name, line = self._described(library, region, at)
        before, after = old.part(at, size), new.part(at, size)
        first = next(index for index in range(size) if before[index] != after[index]) // 8 * 8
        shown = slice(first, first + _SHOWN_BYTES)
        return change(
            "native",
            f"native:{library.name}:{region.section}+{at:#x}:{size}",
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

    def _block(self, library: Library, section: str, path: Path, old: Block, new: Block) -> Dict[str, Any]:
        name, line = self._described(library, library.regions[section], path[0])
        first = next(index for index in range(new.size) if old.data[index] != new.data[index]) // 8 * 8
        shown = slice(first, first + _SHOWN_BYTES)
        return change(
            "heap",
            f"heap:{library.name}:{section}+{'->'.join(f'{offset:#x}' for offset in path)}:{new.size}",
            old.data[shown].hex(),
            new.data[shown].hex(),
            True,
            library=library.name,
            section=section,
            offset=path[0],
            size=new.size,
            symbol=name,
            source=line,
        )

    def _described(self, library: Library, region: Region, at: int) -> Tuple[Optional[str], Optional[str]]:
        """The variable and where it is declared, as far as that is known."""
        if region.place is None:
            return region.section, None
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

    def _look_for_module_states(self) -> None:
        """Of the bundle's own: those of others hold what their import has made."""
        by_path = {
            os.path.realpath(library.file.path): library for library in self._libraries.values() if library.is_of_bundle
        }
        for path, name, address, size in module_states():
            library = by_path.get(os.path.realpath(path))
            if library is not None:
                library.regions[name] = Region(name, address, size, None, False)

    def _library(self, name: str) -> Library:
        self._look_for_libraries()
        library = self._libraries.get(name)
        if library is None:
            raise LookupError(f"{name} is not loaded")
        return library

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
        self._look_for_module_states()

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
