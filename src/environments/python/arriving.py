"""The tar that comes to the standard input, compressed by zstd or not. Standard library only, runs on 3.9.

`arriving` prints one line, {"expands": whether it is to come compressed}, before it reads anything: where there is no libzstd, whoever sends it expands it.
A thread of its own expands it, while what came before is written: neither holds up the other for more than a moment, since libzstd and the system's
calls run without Python's lock.
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


def arriving():
    zstd = libzstd()
    print(json.dumps({"expands": zstd is not None}), flush=True)
    return Arriving(ahead(expanded(zstd, read(0))) if zstd else read(0))


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


class Part(ctypes.Structure):
    """ZSTD_inBuffer and ZSTD_outBuffer."""

    _fields_ = [("at", ctypes.c_void_p), ("size", ctypes.c_size_t), ("done", ctypes.c_size_t)]

    def __init__(self, buffer):
        super().__init__(ctypes.addressof(ctypes.c_char.from_buffer(buffer)), len(buffer), 0)


def libzstd():
    """The library that Debian's own packages are unpacked by, where it is: Python brings it from 3.14 on."""
    try:
        zstd = ctypes.CDLL("libzstd.so.1")
    except OSError:
        return None
    zstd.ZSTD_createDStream.restype = ctypes.c_void_p
    zstd.ZSTD_decompressStream.restype = ctypes.c_size_t
    zstd.ZSTD_decompressStream.argtypes = [ctypes.c_void_p, ctypes.POINTER(Part), ctypes.POINTER(Part)]
    zstd.ZSTD_isError.argtypes = zstd.ZSTD_getErrorName.argtypes = [ctypes.c_size_t]
    zstd.ZSTD_getErrorName.restype = ctypes.c_char_p
    return zstd


def expanded(zstd, pieces):
    """Of one frame or more."""
    stream = zstd.ZSTD_createDStream()
    # One is filled, AHEAD of them wait, one is used.
    buffers = itertools.cycle([bytearray(AT_ONCE) for _ in range(AHEAD + 2)])
    buffer = next(buffers)
    taken = total = left = 0
    for piece in pieces:
        taken += len(piece)
        given, has_more = Part(piece), False
        while given.done < given.size or has_more:
            made = Part(buffer)
            left = zstd.ZSTD_decompressStream(stream, made, given)
            if zstd.ZSTD_isError(left):
                raise Refused("is not what zstd makes (%s)" % zstd.ZSTD_getErrorName(left).decode())
            total += made.done
            if total > FREE + MOST_TIMES * taken:
                raise Refused("becomes more than %d times as large when it is decompressed" % MOST_TIMES)
            # After the end of a frame (0), it would wait for another one.
            has_more = left > 0 and made.done == made.size
            if made.done:
                yield memoryview(buffer)[: made.done]
                buffer = next(buffers)
    if left:
        raise EOFError("it has no end")
