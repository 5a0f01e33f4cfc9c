"""What the configuration says of one request: where it goes and what stands in it."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, JsonValue, model_validator

from printhub import AdapterConfig
from printhub_mis_generic.auth import HeaderName
from printhub_mis_generic.templates import PathTemplate, Template, check_body


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in parts.netloc:
        raise ValueError("expected an address such as https://mis.example.com/api")
    if parts.username is not None or parts.query or parts.fragment or "?" in url or "#" in url:
        raise ValueError("an address has no credentials, no ? and no #; see `auth` and `params`")
    try:
        parts.port  # noqa: B018 - it raises for what is no port
    except ValueError:
        raise ValueError("what stands behind the colon is no port; expected a number from 0 to 65535") from None
    return url.rstrip("/")


BaseUrl = Annotated[str, AfterValidator(_address)]
"""Where the paths begin."""

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class RequestConfig(AdapterConfig):
    """One request. Everything that is a template knows the facts that the README lists."""

    method: Method = "POST"
    """The HTTP method."""
    path: PathTemplate
    """Where it goes below `base_url`; what stands in `{{ }}` is percent-encoded."""
    base_url: BaseUrl | None = None
    """Another address than the instance's, for this request."""
    params: dict[str, Template] = {}
    """What stands in the query; a parameter whose template gives nothing is left out."""
    headers: dict[HeaderName, Template] = {}
    """Headers for this request, besides those of the instance."""
    format: Literal["json", "form", "text"] = "json"
    """How the body is written. In a form (also in one with files) what is no text is written as JSON."""
    body: JsonValue = None
    """The body: a table of templates, or one template for all of it. None sends no body."""
    media_type: Annotated[str, AfterValidator(str.strip)] | None = None
    """The Content-Type, where it is not the usual one of the format."""
    repeatable: bool = False
    """Whether the same request twice is the same as once, by what it asks for and not by its key. GET always is."""

    @model_validator(mode="after")
    def _body_fits(self) -> Self:
        if self.method == "GET" and self.body is not None:
            raise ValueError("body: a GET has none; use `params`")
        if self.body is None:
            return self
        if self.format == "form" and not isinstance(self.body, dict):
            raise ValueError("body: a form is a table of fields")
        if self.format == "text" and not isinstance(self.body, str):
            raise ValueError("body: expected one template for the whole text")
        if self.format == "json" and not isinstance(self.body, dict | list | str):
            raise ValueError("body: expected a table, a list, or one template that gives one of them")
        check_body(self.body, as_json=self.format == "json")
        return self
