"""A stored file as an answer: whole or in part, and whole even if its folder is cleared meanwhile."""

import os
import re
from collections.abc import AsyncIterator
from typing import Any, BinaryIO
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from starlette.exceptions import HTTPException

CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "The range of it that was asked for"},
    304: {"description": "It is the one that the asker has"},
}
"""How the description of the API speaks of such an answer."""
_PIECE = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def sent(request: Request, file: BinaryIO, *, name: str, media_type: str, etag: str | None) -> Response:
    """Answer with an open file, which is closed in the end; one range of it is enough (RFC 9110, section 14).

    What is a page or a script somewhere is not shown here: a browser saves it under its name.
    """
    size = os.fstat(file.fileno()).st_size
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-cache",
    } | ({"ETag": f'"{etag}"'} if etag else {})
    if etag and request.headers.get("If-None-Match") == f'"{etag}"':
        file.close()
        return Response(status_code=304, headers=headers)
    first, last = 0, size - 1
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    partly = (
        asked is not None and any(asked.groups()) and request.headers.get("If-Range") in (None, headers.get("ETag"))
    )
    if asked is not None and partly:
        first, last = _bounds(asked[1], asked[2], size)
        if first > last:
            file.close()
            raise HTTPException(416, "the file has no such part", headers={"Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    status = 206 if partly else 200
    if request.method == "HEAD":
        file.close()
        return Response(status_code=status, headers=headers, media_type=media_type)
    return StreamingResponse(_pieces(file, first, last), status_code=status, headers=headers, media_type=media_type)


def _bounds(begin: str, end: str, size: int) -> tuple[int, int]:
    if not begin:  # the last so many bytes
        return max(size - int(end), 0), size - 1
    return int(begin), min(int(end), size - 1) if end else size - 1


async def _pieces(file: BinaryIO, first: int, last: int) -> AsyncIterator[bytes]:
    with file:
        await run_sync(file.seek, first)
        left = last - first + 1
        while left > 0:
            piece = await run_sync(file.read, min(_PIECE, left))
            if not piece:
                return
            left -= len(piece)
            yield piece
