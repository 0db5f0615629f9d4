"""Decompression with an end: gzip and deflate only, counted as it comes out."""

from __future__ import annotations

import zlib

from monitor.fetch.states import refused

ACCEPTED = "gzip, deflate"
#: Members of one gzip file; more is no honest answer.
_MEMBERS = 64


class Decoder:
    """Turns the bytes of an answer into those of its content, never more than ``limit`` of them.

    ``feed`` and ``finish`` return nothing; ``body`` has the content. FetchRefused ``encoding`` for what
    was not asked for, is stacked, wrong or cut off; ``too_large`` past the limit.
    """

    def __init__(self, content_encoding: str | None, limit: int) -> None:
        names = [name.strip().lower() for name in (content_encoding or "").split(",")]
        names = [name for name in names if name not in ("", "identity")]
        if len(names) > 1:
            raise refused("encoding", "compressed more than once")
        self._name = names[0] if names else "identity"
        if self._name not in ("identity", "gzip", "x-gzip", "deflate"):
            raise refused("encoding", f"{self._name[:20]} was not asked for")
        self._limit = limit
        self._inflate: zlib._Decompress | None = None
        self._members = 0
        self.body = bytearray()

    def feed(self, data: bytes) -> None:
        """Takes the next bytes from the wire."""
        if self._name == "identity":
            self._take(data)
            return
        while data:
            if self._inflate is None:
                if self._members and data.strip(b"\0") == b"":
                    return  # padding after the last member
                if self._members and not data.startswith(b"\x1f\x8b"):
                    return  # what follows the content is no part of it
                self._inflate = zlib.decompressobj(self._bits(data))
                self._members += 1
                if self._members > _MEMBERS:
                    raise refused("encoding", "too many members")
            data = self._inflated(data)

    def finish(self) -> None:
        """Says that no more comes."""
        if self._inflate is not None and not self._inflate.eof:
            raise refused("encoding", "the compressed content is cut off")

    def _bits(self, data: bytes) -> int:
        if self._name != "deflate":
            return 31
        # "deflate" is zlib by RFC 9110, and raw deflate from servers that read it otherwise
        return 15 if data[0] & 0x0F == 8 and (len(data) < 2 or (data[0] << 8 | data[1]) % 31 == 0) else -15

    def _inflated(self, data: bytes) -> bytes:
        """Inflates until the data or the member ends; what is left after the member."""
        inflate = self._inflate
        assert inflate is not None  # noqa: S101 - set by feed
        try:
            while data:
                self._take(inflate.decompress(data, 1 << 16))
                if inflate.eof:
                    self._inflate = None
                    return inflate.unused_data
                data = inflate.unconsumed_tail
        except zlib.error:
            raise refused("encoding", "the compressed content is damaged") from None
        return b""

    def _take(self, data: bytes) -> None:
        if len(self.body) + len(data) > self._limit:
            raise refused("too_large", f"more than {self._limit} bytes")
        self.body += data
