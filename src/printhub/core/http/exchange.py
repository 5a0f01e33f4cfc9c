"""One request and its answer as they are kept with the attempt: short, and without secrets or personal data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from printhub.core.http.redaction import cut, masked_body, masked_headers, masked_url
from printhub.core.model.call import Reply


@dataclass(frozen=True, slots=True)
class Exchange:
    """What an operator may see of one request; each excerpt is headers, an empty line and body, 2 KB at the most."""

    method: str
    url: str
    """Without user and password; the values of its query are masked."""
    status: int | None
    """None when no answer came."""
    request_excerpt: str
    answer_excerpt: str
    seconds: float
    failure: str | None
    """Why the request failed, in the words of the error that the adapter got; None when it was answered."""


@dataclass(slots=True)
class Recording:
    """The raw facts of one request; masking costs as much as a small request, so it is done only when asked for."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    """None when the body was streamed."""
    reply: Reply | None = field(default=None, repr=False)
    status: int | None = None
    seconds: float = 0.0
    failure: str | None = "the request was not finished"

    def exchange(self) -> Exchange:
        """Mask and shorten."""
        return Exchange(
            method=self.method,
            url=masked_url(self.url),
            status=self.status,
            request_excerpt=_excerpt(self.headers, self.body, written_by_us=True),
            answer_excerpt=_excerpt(self.reply.headers, self.reply.content, written_by_us=False) if self.reply else "",
            seconds=self.seconds,
            failure=self.failure,
        )


def _excerpt(headers: Mapping[str, str], body: bytes | None, *, written_by_us: bool) -> str:
    content_type = headers.get("Content-Type", "")
    text = "<streamed>" if body is None else masked_body(body, content_type, written_by_us=written_by_us)
    return cut(f"{masked_headers(headers)}\n{text}")
