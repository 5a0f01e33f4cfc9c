"""Builds, signs and sends the requests of one instance, and reads the answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import JsonValue

from printhub import Call, Misconfigured, Rejected, Scope
from printhub_mis_generic.auth import Credentials, Signable
from printhub_mis_generic.config import MisGenericConfig
from printhub_mis_generic.multipart import Multipart
from printhub_mis_generic.reading import Reading, read
from printhub_mis_generic.request_config import RequestConfig
from printhub_mis_generic.templates import Facts, Pen

_MEDIA_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "text": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Outgoing:
    """A request as it goes out, not yet signed. `name` is the configuration's name for it."""

    name: str
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)
    repeatable: bool | None = None


class Exchange:
    """One instance's way to its MIS, for one worker thread."""

    def __init__(self, config: MisGenericConfig, pen: Pen) -> None:
        """Keep the configuration; nothing is opened."""
        self._config = config
        self._pen = pen

    def build(self, name: str, request: RequestConfig, facts: Facts, files: Multipart | None = None) -> Outgoing:
        """Render a request; `files` takes the place of its body. Raises Rejected for values that cannot be sent."""
        headers = self.headers({f"headers.{key}": (key, text) for key, text in self._config.headers.items()}, facts)
        headers |= self.headers({f"{name}.headers.{key}": (key, text) for key, text in request.headers.items()}, facts)
        params = {key: self._pen.text(f"{name}.params.{key}", text, facts) for key, text in request.params.items()}
        body: bytes | Multipart | None = files
        if files is not None:
            headers["Content-Type"] = files.content_type
        elif request.body is not None:
            body, headers["Content-Type"] = self._body(name, request, facts)
        elif request.method != "GET":
            body = b""
        path = self._pen.path(f"{name}.path", request.path, facts)
        return Outgoing(
            name=name,
            method=request.method,
            url=f"{request.base_url or self._config.base_url}/{path.removeprefix('/')}",
            headers=headers,
            params={key: value for key, value in params.items() if value},
            body=body,
            repeatable=True if request.repeatable else None,
        )

    def headers(self, templates: Mapping[str, tuple[str, str]], facts: Facts) -> dict[str, str]:
        """Render headers, given by their place in the configuration; raises Rejected for what no header can hold."""
        headers = {}
        for place, (key, template) in templates.items():
            value = self._pen.text(place, template, facts).strip()
            if not value.isascii() or not value.isprintable():
                raise Rejected(f"{place}: what this job puts there is not printable ASCII, so no header can hold it")
            headers[key] = value
        return headers

    def fields(self, name: str, request: RequestConfig, facts: Facts) -> dict[str, str]:
        """The fields of a form: texts as they are, all else as JSON; one that is null is left out."""
        given = request.body if isinstance(request.body, dict) else {}
        fields = {}
        for key, template in given.items():
            place = f"{name}.body.{key}"
            if isinstance(template, str):
                fields[key] = self._pen.text(place, template, facts)
            elif template is not None:
                fields[key] = _json(self._pen.json(place, template, facts))
        return fields

    def send(
        self,
        outgoing: Outgoing,
        call: Call,
        *,
        answer: Literal["json", "text", "none"] = "json",
        keyed: bool = False,
        signed: bool = True,
    ) -> Reading:
        """Sign and send. Raises what `call.http` raises; any answer is returned, whatever its status."""
        credentials = self._credentials(outgoing, call) if signed else Credentials()
        headers = {**outgoing.headers, **credentials.headers}
        if keyed and self._config.idempotency.header:
            headers[self._config.idempotency.header] = call.key
        reply = call.http.request(
            outgoing.method,
            outgoing.url,
            headers=headers,
            params={**outgoing.params, **credentials.params},
            body=outgoing.body,
            repeatable=outgoing.repeatable,
        )
        return read(reply, answer, call.now())

    def _credentials(self, outgoing: Outgoing, call: Call) -> Credentials:
        body = outgoing.body or b""
        signable = Signable(
            method=outgoing.method,
            path=urlsplit(outgoing.url).path,
            body=body if isinstance(body, bytes) else None,
            at=call.now(),
        )
        return self._config.auth.credentials(signable, self._pen)

    def _body(self, name: str, request: RequestConfig, facts: Facts) -> tuple[bytes, str]:
        place = f"{name}.body"
        media_type = request.media_type or _MEDIA_TYPES[request.format]
        if request.format == "form":
            return urlencode(self.fields(name, request, facts)).encode(), media_type
        if request.format == "text":
            return self._pen.text(place, str(request.body), facts).encode(), media_type
        made = self._pen.json(place, request.body, facts)
        if not isinstance(made, dict | list):
            raise Misconfigured(f"{place}: gives neither an object nor a list", Scope.DELIVERY)
        return _json(made).encode(), media_type


def _json(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
