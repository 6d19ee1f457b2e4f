"""HTTP and HTTPS: one file, asked for with what is known of it, so that a host can say that nothing is new."""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import __version__
from pipelines.errors import SalamatError
from pipelines.pull.errand import Errand
from pipelines.pull.landing import Landing, is_finished, is_name
from pipelines.watermarks import Watermark

if TYPE_CHECKING:
    import httpx

__all__ = ["over_http"]

_OK, _NOT_MODIFIED, _MOST_REDIRECTS, _STEP_BYTES = 200, 304, 5, 1 << 20
_ASK_WHY = {
    401: "mend user and password of the connection",
    403: "ask the host's operator for leave to read it",
    404: "ask the host's operator where it lies, and mend arrives.path",
    410: "ask the host's operator where it lies now, and mend arrives.path",
}
_LATER = {408, 425, 429}


def over_http(errand: Errand) -> tuple[Path, ...]:
    """Fetch the file if its bytes are not those of the last time."""
    name = errand.source.arrives.last_part
    if not (is_name(name) and is_finished(name)):
        raise errand.refused(errand.path, f"'{name}' is not the name of a finished file", "mend arrives.path")
    with _translated(errand):
        return asyncio.run(_fetched(errand, name))


async def _fetched(errand: Errand, name: str) -> tuple[Path, ...]:
    # asyncio, because only so does the end of patience reach a host that sends its headers byte by byte.
    before = errand.watermarks.last(errand.source.source, errand.path)
    async with (
        asyncio.timeout(errand.patience),
        _client(errand) as client,
        _answer(client, errand, _conditions(before)) as answer,
    ):
        if before and answer.status_code == _NOT_MODIFIED:
            return ()
        _accept(answer, errand)
        with Landing(errand, errand.path, name) as landing:
            async for chunk in _plain(answer, errand):
                landing.write(chunk)
            mark = _mark(answer, errand, landing)
            if await _grows(client, answer, errand, mark):
                errand.tell(errand.path, "it still grows; left for the next time")
                return ()
            same = before is not None and before.sha256 == mark.sha256
            return landing.deliver(mark, "the same bytes as the last time" if same else None)


def _client(errand: Errand) -> httpx.AsyncClient:
    import httpx  # noqa: PLC0415  heavy, and an extra of the package

    line = errand.line
    try:
        trusted = ssl.create_default_context(cafile=line.ca) if line.ca else True
    except OSError as error:
        raise errand.refused("", f"the certificates in {line.ca} cannot be read: {error}", "mend extra ca") from error
    return httpx.AsyncClient(
        auth=(line.user, line.password or "") if line.user else None,
        verify=trusted,
        timeout=errand.silence,
        headers={"User-Agent": f"salamat/{__version__}", "Accept-Encoding": "gzip"},
        trust_env=False,  # what a connection is, its declaration says: no .netrc, no proxy from elsewhere
    )


def _conditions(before: Watermark | None) -> dict[str, str]:
    told = {"If-None-Match": before.etag, "If-Modified-Since": before.last_modified} if before else {}
    return {header: value for header, value in told.items() if value}


@asynccontextmanager
async def _answer(client: httpx.AsyncClient, errand: Errand, headers: dict[str, str]) -> AsyncIterator[httpx.Response]:
    """Ask, and follow the host where it points elsewhere on itself; to another one no secret and no trust goes."""
    import httpx  # noqa: PLC0415

    first = url = httpx.URL(f"{errand.line.address}{errand.path}")
    for _ in range(_MOST_REDIRECTS):
        async with client.stream("GET", url, headers=headers, follow_redirects=False) as answer:
            if not answer.has_redirect_location:
                yield answer
                return
            url = url.join(answer.headers["location"])
        if (url.scheme, url.host, url.port) != (first.scheme, first.host, first.port):
            what = f"the host points to another one, {url.scheme}://{url.netloc.decode('ascii')}"
            raise errand.refused(errand.path, what, "mend connection and path if it moved there for good")
    raise errand.refused(errand.path, f"more than {_MOST_REDIRECTS} redirects", "ask the host's operator")


def _accept(answer: httpx.Response, errand: Errand) -> None:
    status = answer.status_code
    told = f"the host answered {status} {answer.reason_phrase}".strip()
    if status in _LATER or answer.is_server_error:
        raise errand.broken(errand.path, f"{told}; try again later")
    if status != _OK:
        raise errand.refused(errand.path, told, _ASK_WHY.get(status, "ask the host's operator what it means"))


async def _plain(answer: httpx.Response, errand: Errand) -> AsyncIterator[bytes]:
    """Give the body without the packing that it had on the way only."""
    packing = answer.headers.get("content-encoding", "identity").lower()
    if packing not in {"identity", "gzip", "x-gzip"}:
        what = f"the body is packed as {packing}, which nobody asked for"
        raise errand.refused(errand.path, what, "ask the host's operator to send it plain or as gzip")
    unpack = None if packing == "identity" else _Gunzip()
    async for chunk in answer.aiter_raw():
        for part in unpack.parts(chunk) if unpack else (chunk,):
            yield part
    if unpack and not unpack.whole:
        raise errand.broken(errand.path, "the packed body stopped early; try again")


class _Gunzip:
    """Unpacks a stream of gzip members in bounded steps, and knows whether the last one was whole."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self.whole = False

    def parts(self, chunk: bytes) -> Iterator[bytes]:
        """Give what a chunk holds, at most a mebibyte at a time."""
        while chunk:
            if self._member.eof:
                self._member = zlib.decompressobj(wbits=31)
            yield self._member.decompress(chunk, _STEP_BYTES)
            self.whole = self._member.eof
            chunk = self._member.unused_data if self.whole else self._member.unconsumed_tail


def _mark(answer: httpx.Response, errand: Errand, landing: Landing) -> Watermark:
    said = (answer.headers.get("etag"), answer.headers.get("last-modified"))
    return Watermark(errand.source.source, errand.path, landing.sha256, landing.size, errand.now, *said)


async def _grows(client: httpx.AsyncClient, answer: httpx.Response, errand: Errand, mark: Watermark) -> bool:
    """Look once more after some seconds: a host that now tells another length is still being written to."""
    await asyncio.sleep(errand.settings.settle_seconds)
    async with _answer(client, errand, _conditions(mark)) as again:
        lengths = (answer.headers.get("content-length"), again.headers.get("content-length"))
        return again.status_code == _OK and None not in lengths and lengths[0] != lengths[1]


@contextmanager
def _translated(errand: Errand) -> Iterator[None]:
    """Word what the library raises in our errors."""
    import httpx  # noqa: PLC0415

    try:
        yield
    except TimeoutError as error:
        raise errand.broken(errand.path, errand.impatient) from error
    except httpx.TimeoutException as error:
        what = f"no byte came for {errand.silence:g} seconds; try again, or look whether the host is up"
        raise errand.broken(errand.path, what) from error
    except zlib.error as error:
        raise errand.broken(errand.path, f"the packed body is damaged ({error}); try again") from error
    except httpx.InvalidURL as error:
        raise errand.refused(errand.path, f"this is no address ({error})", "mend arrives.path") from error
    except httpx.TransportError as error:
        raise _of_transport(errand, error) from error


def _of_transport(errand: Errand, error: Exception) -> SalamatError:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            what = f"the host's certificate is not trusted: {cause.verify_message}"
            mend = "ask the host's operator for a valid one, or name its authority in the connection's extra ca"
            return errand.refused(errand.path, what, mend)
    what = f"the line broke: {str(error) or type(error).__name__}; try again, or look whether the host is up"
    return errand.broken(errand.path, what)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause:
        yield cause
        cause = cause.__cause__ or cause.__context__
