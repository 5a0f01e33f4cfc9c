"""What a failed request means: who must act, said without a word of the request's data.

Texts are made here from the kind of error alone. Those of requests and urllib3 quote the whole URL, query included.
"""

import ssl
from collections.abc import Iterator

import requests
from urllib3 import exceptions as urllib3_errors

from printhub.core.model.errors import AdapterError, Misconfigured, NotFetched, OutcomeUnknown, Scope, Unavailable


class AnswerTooLarge(Exception):
    """The answer is larger than the hub reads."""


def never_left(error: Exception, *, left: bool) -> bool:
    """Whether the request certainly stayed here, `left` being what the connection saw.

    An error that urllib3 had no part in was made up (by a mock, say): it proves nothing unless its type does.
    """
    if left or isinstance(error, AnswerTooLarge):
        return False
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | ValueError):
        return True
    return any(isinstance(cause, urllib3_errors.HTTPError) for cause in causes(error)) or not isinstance(
        error, requests.RequestException
    )


def may_connect_again(error: BaseException) -> bool:
    """Whether a connection that could not be set up may succeed at once; a wrong certificate or address does not."""
    return isinstance(error, requests.ConnectionError) and not any(
        isinstance(cause, ssl.SSLCertVerificationError | requests.exceptions.InvalidProxyURL) for cause in causes(error)
    )


def meaning(error: Exception, request: str, *, left: bool, repeatable: bool, status: int | None = None) -> AdapterError:
    """The error to raise for `error` in `request`, which reads like "POST https://mis.example/orders"."""
    if never_left(error, left=left):
        for cause in causes(error):
            if isinstance(cause, ssl.SSLCertVerificationError):
                return Misconfigured(f"{request}: the certificate is not trusted: {cause.verify_message}")
            if isinstance(cause, NotFetched):
                return Misconfigured(f"{request}: {cause.detail}")
        if isinstance(error, requests.exceptions.InvalidURL | urllib3_errors.LocationValueError):
            return Misconfigured(f"{request}: this address cannot be right")
        if isinstance(error, ValueError):
            return Misconfigured(f"{request}: a header cannot be sent ({type(error).__name__})", Scope.DELIVERY)
        if isinstance(error, OSError) and not isinstance(error, requests.RequestException | TimeoutError):
            return Misconfigured(f"{request}: the file of trusted certificates (CA bundle) cannot be read")
        return Unavailable(f"{request}: {words(error)}; nothing was sent")
    what = f"{request}: {words(error)}"
    if status is not None:
        what += f", after an answer with status {status} had begun"
    if repeatable:
        return Unavailable(what)
    return OutcomeUnknown(f"{what}; the request may have had its effect")


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it, outermost first; requests and urllib3 hide them in arguments."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]


# The first of these that is among the causes names the failure.
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (AnswerTooLarge, "the answer is larger than the hub reads"),
    (urllib3_errors.NameResolutionError, "the name of the host was not found"),
    (ConnectionRefusedError, "the connection was refused"),
    (requests.ConnectTimeout, "no connection in time"),
    (urllib3_errors.NewConnectionError, "no connection could be made"),
    (urllib3_errors.ConnectTimeoutError, "no connection in time"),
    (TimeoutError, "no full answer in time"),
    (requests.Timeout, "no full answer in time"),
    (urllib3_errors.ReadTimeoutError, "no full answer in time"),
    (ssl.SSLError, "the TLS connection failed"),
    (requests.exceptions.SSLError, "the TLS connection failed"),
    (requests.exceptions.ContentDecodingError, "the answer cannot be decompressed"),
    (urllib3_errors.IncompleteRead, "the answer broke off"),
    (ConnectionResetError, "the connection was reset"),
    (BrokenPipeError, "the connection was closed while the request was being sent"),
    (urllib3_errors.ProtocolError, "the connection broke or the answer was not HTTP"),
    (requests.exceptions.ProxyError, "the proxy could not be used"),
    (requests.ConnectionError, "the connection failed"),
)


def words(error: Exception) -> str:
    """Name what went wrong, in words that hold nothing of the request."""
    found = list(causes(error))
    for kind, said in _WORDS:
        if any(isinstance(cause, kind) for cause in found):
            return said
    return f"the request failed ({type(error).__name__})"
