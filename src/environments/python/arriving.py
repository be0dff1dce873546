"""The tar that comes to the standard input, as it was compressed. Standard library only, runs on 3.9.

`arriving` prints one line, {"expands": whether it comes so}, before it reads anything: where this Python cannot expand it, whoever sends it does.
It is expanded by a thread of its own, while what came before is written: neither holds up the other for more than a moment, since zlib, libzstd and
the system's calls run without Python's lock.
"""

import ctypes
import itertools
import json
import os
import queue
import threading

AT_ONCE = 1024 * 1024
# Pieces that are expanded and wait to be written.
AHEAD = 2
# As in decompressed.ts, which does it elsewhere: a few bytes that become gigabytes would fill the disk.
MOST_TIMES = 200
FREE = 256 * 1024 * 1024


class Refused(Exception):
    """The end of a sentence that begins with the archive."""


def arriving(by):
    """`by` is what it was compressed by: gzip, zstd or nothing."""
    expand = {"gzip": gzip_here, "zstd": zstd_here}.get(by, lambda: None)()
    print(json.dumps({"expands": expand is not None}), flush=True)
    return Arriving(ahead(expanded(expand, read(0))) if expand else read(0))


class Arriving:
    """What was given out holds until more is asked for."""

    def __init__(self, pieces):
        self.pieces = pieces
        self.rest = memoryview(b"")

    def some(self, most):
        """What has come, `most` bytes of it; nothing at the end."""
        if not self.rest:
            self.rest = memoryview(next(self.pieces, b""))
        part, self.rest = self.rest[:most], self.rest[most:]
        return part

    def all(self, size):
        """So many bytes; fewer at the end."""
        part = self.some(size)
        if len(part) == size:
            return part
        joined = bytearray(part)
        while part and len(joined) < size:
            part = self.some(size - len(joined))
            joined += part
        return joined

    def read(self, size):
        """For tarfile."""
        return bytes(self.all(size))


def read(source):
    """Each piece lies where the one before it lay."""
    buffer = memoryview(bytearray(AT_ONCE))
    while True:
        size = os.readv(source, [buffer])
        if size == 0:
            return
        yield buffer[:size]


def ahead(pieces):
    """The same, by a thread that begins at once and goes on with AHEAD of them."""
    ready = queue.Queue(AHEAD)

    def work():
        try:
            for piece in pieces:
                ready.put(piece)
            ready.put(None)
        except BaseException as error:
            ready.put(error)

    threading.Thread(target=work, daemon=True).start()
    return until_none(ready.get)


def until_none(get):
    while True:
        piece = get()
        if piece is None:
            return
        if isinstance(piece, BaseException):
            raise piece
        yield piece


def expanded(expand, pieces):
    taken = made = 0

    def counted():
        nonlocal taken
        for piece in pieces:
            taken += len(piece)
            yield piece

    for piece in expand(counted()):
        made += len(piece)
        if made > FREE + MOST_TIMES * taken:
            raise Refused("becomes more than %d times as large when it is decompressed" % MOST_TIMES)
        if piece:  # an empty one is the end
            yield piece


def gzip_here():
    try:
        import zlib
    except ImportError:  # Python can be built without it
        return None

    def expand(pieces):
        stream = zlib.decompressobj(wbits=31)
        try:
            for piece in pieces:
                while piece and not stream.eof:
                    yield stream.decompress(piece, AT_ONCE)
                    piece = stream.unconsumed_tail
            yield stream.flush()
        except zlib.error as error:
            raise Refused("is not what gzip makes (%s)" % error)
        if not stream.eof:
            raise EOFError("it has no end")

    return expand


class Part(ctypes.Structure):
    """ZSTD_inBuffer and ZSTD_outBuffer."""

    _fields_ = [("at", ctypes.c_void_p), ("size", ctypes.c_size_t), ("done", ctypes.c_size_t)]


def zstd_here():
    """By the library that Debian's own packages are unpacked by: Python has it from 3.14 on."""
    try:
        zstd = ctypes.CDLL("libzstd.so.1")
    except OSError:
        return None
    zstd.ZSTD_createDStream.restype = ctypes.c_void_p
    zstd.ZSTD_decompressStream.restype = ctypes.c_size_t
    zstd.ZSTD_decompressStream.argtypes = [ctypes.c_void_p, ctypes.POINTER(Part), ctypes.POINTER(Part)]
    zstd.ZSTD_isError.argtypes = zstd.ZSTD_getErrorName.argtypes = [ctypes.c_size_t]
    zstd.ZSTD_getErrorName.restype = ctypes.c_char_p

    def expand(pieces):
        stream = zstd.ZSTD_createDStream()
        # One is filled, AHEAD of them wait, one is used.
        buffers = itertools.cycle([bytearray(AT_ONCE) for _ in range(AHEAD + 2)])
        buffer, left = next(buffers), 0
        for piece in pieces:
            given, has_more = Part(address(piece), len(piece), 0), False
            while given.done < given.size or has_more:
                made = Part(address(buffer), len(buffer), 0)
                left = zstd.ZSTD_decompressStream(stream, made, given)
                if zstd.ZSTD_isError(left):
                    raise Refused("is not what zstd makes (%s)" % zstd.ZSTD_getErrorName(left).decode())
                # After its end (0), it would wait for another one.
                has_more = left > 0 and made.done == made.size
                if made.done:
                    yield memoryview(buffer)[: made.done]
                    buffer = next(buffers)
        if left:
            raise EOFError("it has no end")

    return expand


def address(buffer):
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))
