"""How a file is damaged: by what happens to files on their way, by who edits them, and by who wishes to do harm."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from random import Random

Damage = Callable[[Random, bytes], bytes]

_ODD = (
    *(b"\0", b'"', b"\n", b"\r\n", b"\r", b";", b",", b"\t", b"'", b"\\", b"\xff", b"\xef\xbb\xbf", b"\xc0\xaf"),
    *(b"\x1b[31m", "\u202e".encode(), "\u200b".encode(), "ə".encode(), b"NaN", b"null", b"1e309", b"-", b"=1+1"),
)
_TOKENS = (
    *(b"[" * 500, b"{", b"}", b"]", b'"a": 1,', b"null", b"NaN", b"1e400", b'"\\ud800"', b"[]", b"{}", b'"', b","),
    b'{"a":' * 300,
)
_MARKUP = (
    *(b"<!DOCTYPE x>", b"&x;", b"&#0;", b"</row>", b"<row/>", b"<c/>", b"</c>", b'r="XFD1048576"', b't="s"', b"<v>"),
    *(b"</sheetData>", b'r="A1"', b's="999"', b"<!-- -->", b"<![CDATA[x]]>", b't="e"', b"<f>1</f>", b"_x0000_"),
)


def damaged(form: str, chance: Random, data: bytes) -> bytes:
    """Damage a file once or a few times."""
    kinds = (*_ANY, *_OF_FORM.get(form, ()))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        data = chance.choice(kinds)(chance, data)
    return data


def _at(chance: Random, data: bytes) -> int:
    return chance.randrange(len(data) + 1)


def _span(chance: Random, data: bytes) -> tuple[int, int]:
    start = _at(chance, data)
    return start, min(len(data), start + chance.choice((1, 2, 8, 40, 300, 5000)))


def flip(chance: Random, data: bytes) -> bytes:
    """Change a few bits."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8)) if data else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def break_off(chance: Random, data: bytes) -> bytes:
    """Keep the beginning."""
    return data[: _at(chance, data)]


def take_out(chance: Random, data: bytes) -> bytes:
    """Leave some bytes out."""
    start, end = _span(chance, data)
    return data[:start] + data[end:]


def say_twice(chance: Random, data: bytes) -> bytes:
    """Repeat some bytes, there or elsewhere."""
    start, end = _span(chance, data)
    at = chance.choice((end, _at(chance, data)))
    return data[:at] + data[start:end] + data[at:]


def blank(chance: Random, data: bytes) -> bytes:
    """Put zeros where something stood: what a disk does."""
    start, end = _span(chance, data)
    return data[:start] + bytes(end - start) + data[end:]


def insert(chance: Random, data: bytes) -> bytes:
    """Put something odd somewhere."""
    at = _at(chance, data)
    return data[:at] + chance.choice(_ODD) + data[at:]


def other_digit(chance: Random, data: bytes) -> bytes:
    """Change a digit into another: well-formed, and not the same."""
    places = [n for n, byte in enumerate(data) if 48 <= byte <= 57]  # noqa: PLR2004  0 to 9
    if not places:
        return data
    at = chance.choice(places)
    return data[:at] + str(chance.randrange(10)).encode() + data[at + 1 :]


def append(chance: Random, data: bytes) -> bytes:
    """Put something behind the end."""
    return data + chance.choice((data, b"\n", b"\0" * 100, b"x", *_ODD))


def _lines(change: Callable[[Random, list[bytes]], None]) -> Damage:
    def done(chance: Random, data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        if lines:
            change(chance, lines)
        return b"".join(lines)

    return done


def _line_twice(chance: Random, lines: list[bytes]) -> None:
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))


def _no_line(chance: Random, lines: list[bytes]) -> None:
    del lines[chance.randrange(len(lines))]


def _other_end(chance: Random, lines: list[bytes]) -> None:
    at = chance.randrange(len(lines))
    lines[at] = lines[at].rstrip(b"\r\n") + chance.choice((b"\r", b"\n", b"\r\n", b"", b"\n\n"))


def _cells(change: Callable[[Random, list[bytes]], None]) -> Damage:
    """Change the cells of one line; of the names as often as of any other."""

    def of_lines(chance: Random, lines: list[bytes]) -> None:
        at = chance.choice((0, chance.randrange(len(lines))))
        delimiter = max(b";,\t|", key=lambda byte: lines[0].count(bytes([byte])))
        cells = lines[at].split(bytes([delimiter]))
        change(chance, cells)
        lines[at] = bytes([delimiter]).join(cells)

    return _lines(of_lines)


def _swap(chance: Random, cells: list[bytes]) -> None:
    one, other = chance.randrange(len(cells)), chance.randrange(len(cells))
    cells[one], cells[other] = cells[other], cells[one]


def _one_less(chance: Random, cells: list[bytes]) -> None:
    del cells[chance.randrange(len(cells))]


def _one_more(chance: Random, cells: list[bytes]) -> None:
    cells.insert(chance.randrange(len(cells) + 1), chance.choice((b"", b"1", b"x", chance.choice(cells))))


def _quoted(chance: Random, cells: list[bytes]) -> None:
    at = chance.randrange(len(cells))
    cells[at] = chance.choice((b'"%s"', b'"%s', b'%s"', b'"%s\n"', b'""%s""', b' "%s"')) % cells[at]


def _odd_cell(chance: Random, cells: list[bytes]) -> None:
    cells[chance.randrange(len(cells))] = chance.choice(_ODD)


def _inserts(tokens: tuple[bytes, ...]) -> Damage:
    def done(chance: Random, data: bytes) -> bytes:
        start, end = _span(chance, data)
        token = chance.choice(tokens)
        if chance.random() < 0.5 and token[:1].isalpha():  # noqa: PLR2004  as often as not, in the place of its like
            start = data.find(token[:3], _at(chance, data))
            end = data.find(b'"', start + 3) + 1
            if start < 0 or end <= 0:
                return data
            return data[:start] + token + data[end:]
        return data[:start] + token + data[chance.choice((start, end)) :]

    return done


def _in_a_part(*kinds: Damage) -> Damage:
    """Damage one part of a zip archive, and pack it anew with the right check sum."""

    def done(chance: Random, data: bytes) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError):
            return flip(chance, data)
        if not parts:
            return data
        likely = [name for name in parts if "sheet" in name or "haredStr" in name] or list(parts)
        name = chance.choice((chance.choice(likely), chance.choice(list(parts))))
        parts[name] = chance.choice(kinds)(chance, parts[name])
        return _packed(parts)

    return done


def _other_parts(chance: Random, data: bytes) -> bytes:
    """Leave a part out, or put one more in."""

    def change(_: Random, __: bytes) -> bytes:
        return b""

    return _in_a_part(change)(chance, data)


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _directory(chance: Random, data: bytes) -> bytes:
    """Change bytes behind the beginning of an archive's directory."""
    at = max(data.rfind(b"PK\x01\x02") - 200, 0)
    return data[:at] + flip(chance, data[at:])


def _footer(chance: Random, data: bytes) -> bytes:
    """Change bytes of a Parquet file's footer."""
    size = min(int.from_bytes(data[-8:-4], "little") + 8, len(data))
    return data[: len(data) - size] + chance.choice((flip, blank, take_out))(chance, data[len(data) - size :])


def _unpacked(*kinds: Damage) -> Damage:
    def done(chance: Random, data: bytes) -> bytes:
        try:
            plain = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return flip(chance, data)
        return gzip.compress(chance.choice(kinds)(chance, plain), mtime=0)

    return done


_ANY: tuple[Damage, ...] = (flip, flip, break_off, take_out, say_twice, blank, insert, other_digit, append)
_TEXT: tuple[Damage, ...] = (
    *(insert, other_digit, say_twice, take_out),
    *(_lines(change) for change in (_line_twice, _no_line, _other_end)),
    *(_cells(change) for change in (_swap, _one_less, _one_more, _quoted, _quoted, _odd_cell)),
)
_JSON: tuple[Damage, ...] = (
    *(_inserts(_TOKENS), _inserts(_TOKENS), insert, other_digit, say_twice, take_out),
    *(_lines(change) for change in (_line_twice, _no_line)),
)
_OF_FORM: dict[str, tuple[Damage, ...]] = {
    "csv": _TEXT,
    "gzip": (_unpacked(*_TEXT, *_ANY), _unpacked(*_TEXT)),
    "zip": (*(_in_a_part(*_TEXT, *_ANY),) * 4, _directory, _other_parts),
    "xlsx": (*(_in_a_part(_inserts(_MARKUP), *_ANY),) * 8, _directory, _other_parts),
    "parquet": (_footer, _footer, _footer),
    **dict.fromkeys(("json", "ndjson", "dhis2", "fhir-bundle", "fhir-ndjson"), _JSON),
}
