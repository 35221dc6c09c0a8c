"""Word files (docx): paragraphs and tables in order, read without trusting the archive.

A docx is a zip of XML. Nothing is unpacked to disk; an archive that swells without measure and XML that declares entities are refused.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from .plain import plain, small_file
from .raw import LARGEST, Raw, Unreadable

_BODY = "word/document.xml"
_SWOLLEN = 200  # times its packed size; a plain document reaches about 20
_PLAIN_SIZE = 1_000_000  # bytes below which a part may swell as it likes
_LARGEST_XML = 8 * LARGEST
_STEP = 1 << 16


def read_docx(path: Path, source: str) -> Raw:
    """The text of a Word file. Raises Unreadable with the reason: an old .doc, a password, a broken or swollen archive, entities."""
    if small_file(path).startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Unreadable("it is an old Word file (.doc) or one with a password; open it and save it as .docx")
    try:
        with zipfile.ZipFile(path) as archive:
            words = _Words()
            for piece in _unpacked(archive):
                words.take(piece)
            return plain(words.finish(), source)
    except KeyError:
        raise Unreadable("the archive holds no word/document.xml, so it is not a Word file") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as problem:
        raise Unreadable(f"the archive is damaged or has a password ({problem})") from None
    except expat.ExpatError as problem:
        raise Unreadable(f"the XML in it is damaged ({problem})") from None


def guard_archive(path: Path) -> None:
    """Refuse an archive (docx, xlsx) that declares far more than it packs. Raises Unreadable."""
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            _refuse_swollen(part)


def _refuse_swollen(part: zipfile.ZipInfo) -> None:
    if part.file_size > _PLAIN_SIZE and part.file_size > _SWOLLEN * max(part.compress_size, 1):
        raise Unreadable(f"it swells from {part.compress_size / 1e3:.0f} kB to {part.file_size / 1e6:.0f} MB when unpacked, as no document does")


def _unpacked(archive: zipfile.ZipFile) -> Iterator[bytes]:
    """The body, a step at a time, so that a declared size that lies does no harm."""
    part = archive.getinfo(_BODY)
    _refuse_swollen(part)
    read = 0
    with archive.open(part) as file:
        while piece := file.read(_STEP):
            read += len(piece)
            if read > _LARGEST_XML:
                raise Unreadable(f"it unpacks to more than {_LARGEST_XML / 1e6:.0f} MB")
            yield piece


class _Words:
    """Collects the words of WordprocessingML: `w:t` is text, `w:p` a line, `w:tab` and the end of a cell a blank."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.inside = 0  # depth of w:t
        self.gone = 0  # depth of text that was deleted, or that a newer drawing repeats
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def take(self, piece: bytes) -> None:
        self.parser.Parse(piece, False)

    def finish(self) -> str:
        self.parser.Parse(b"", True)
        return "".join(self.pieces)

    def _start(self, name: str, _: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag in ("del", "Fallback"):
            self.gone += 1
        elif tag == "t":
            self.inside += 1
        elif tag in ("br", "cr"):
            self._add("\n")
        elif tag == "tab":
            self._add(" ")

    def _end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag in ("del", "Fallback"):
            self.gone -= 1
        elif tag == "t":
            self.inside -= 1
        elif tag == "p":
            self._add("\n")
        elif tag == "tc":
            while self.pieces and self.pieces[-1] == "\n":
                self.pieces.pop()
            self._add(" ")
        elif tag == "tr":
            self._add("\n")

    def _characters(self, words: str) -> None:
        if self.inside and not self.gone:
            self._add(words)

    def _add(self, words: str) -> None:
        self.length += len(words)
        if self.length > LARGEST:
            raise Unreadable(f"it holds more than {LARGEST / 1e6:.0f} million characters")
        self.pieces.append(words)


def _refuse_doctype(*_: object) -> None:
    raise Unreadable("its XML declares a document type, which could pull in other files or repeat itself without end; Word writes none")
