"""What an operator sets for a gateway of any kind: its requests, what its answers mean, and how its receipts read."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, SecretStr, StringConstraints, model_validator
from pydantic.networks import HttpUrl

from printhub import AdapterConfig, Renderer, TemplateInvalid
from printhub_sms.fate import Fate
from printhub_sms.http.places import GroupPattern, Path, Pattern
from printhub_sms.proof import CallbackSecret


def _compiles(template: JsonValue) -> JsonValue:
    try:
        Renderer().check("template", template)
    except TemplateInvalid as error:
        raise ValueError(str(error)) from None
    return template


Template = Annotated[str, AfterValidator(_compiles)]
"""A Jinja2 template; the README lists what it may speak of."""
Body = Annotated[dict[str, JsonValue], AfterValidator(_compiles)]
"""A table whose texts are templates."""
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$")]
Status = Annotated[int, Field(ge=100, le=599)]


class RequestConfig(AdapterConfig):
    """One request."""

    url: HttpUrl
    """Where it goes."""
    method: Literal["GET", "POST", "PUT"] = "POST"
    """The HTTP method."""
    params: dict[str, Template] = {}
    """What stands in the query; a parameter whose template gives nothing is left out."""
    headers: dict[HeaderName, Template] = {}
    """Headers."""
    format: Literal["json", "form"] = "json"
    """How the body is written."""
    body: Body | None = None
    """The body: a table of templates. Left out, there is none."""


class Meaning(StrEnum):
    """What an answer can mean."""

    REJECTED = "rejected"
    """The text is refused for good."""
    NUMBER_REFUSED = "number_refused"
    """The number is: another provider is not asked to do better."""
    OPTED_OUT = "opted_out"
    """The recipient wants no messages."""
    UNAVAILABLE = "unavailable"
    """Certainly nothing was done, and later it may be."""
    MISCONFIGURED = "misconfigured"
    """The operator must act: credentials, account, balance. The instance pauses."""
    MISCONFIGURED_FOR_ONE = "misconfigured_for_one"
    """The operator must act on this message alone: its sender, its country."""


class RuleConfig(AdapterConfig):
    """What an answer means that is no success."""

    statuses: tuple[Status, ...] = ()
    """HTTP statuses that it has; left out, any."""
    matches: Pattern | None = None
    """What stands in its body; left out, anything."""
    means: Meaning
    """What it means."""
    words: Annotated[str, StringConstraints(max_length=200)] = ""
    """What operators read. The gateway's own words are not shown, for they may repeat numbers."""

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if not self.statuses and self.matches is None:
            raise ValueError("expected statuses or matches, or it would be said of every answer")
        return self


class SuccessConfig(AdapterConfig):
    """When the gateway has taken a text: status and body must both say so."""

    statuses: Annotated[tuple[Status, ...], Field(min_length=1)] = (200, 201, 202)
    """The HTTP statuses that can be a success."""
    matches: Pattern | None = None
    """What must stand in the body as well."""
    id: Path | None = None
    """Where the gateway's id of the text stands in a JSON body (JMESPath)."""
    id_pattern: GroupPattern | None = None
    """Or what it stands in in a plain one, such as `^OK (\\S+)`."""


class LookupConfig(AdapterConfig):
    """How the gateway is asked whether it has a text."""

    request: RequestConfig
    """The question; it must change nothing."""
    found: Path
    """What stands in the JSON answer where it has it (JMESPath), and is null, false or empty where it certainly has
    not."""
    id: Path | None = None
    """Where its id stands."""


class ReceiptsConfig(AdapterConfig):
    """How receipts read."""

    read: Literal["json", "form", "query"] = "json"
    """Where everything stands: in a JSON body, a form, or the query."""
    each: Path | None = None
    """Where the list of receipts stands, if several come at once."""
    id: Path | None = None
    """Where the gateway's id of the text stands."""
    key: Path | None = None
    """Where the key of the call stands, if the gateway repeats it. With `proof = "address"` the address has it."""
    state: Path
    """Where the word for what became of it stands."""
    code: Path | None = None
    """Where the code of a failure stands."""
    states: Annotated[dict[str, Fate], Field(min_length=1)]
    """What the words mean: `queued`, `sent`, `delivered`, `undelivered` or `failed`. Others are left alone."""


class InboundConfig(AdapterConfig):
    """How texts of people read."""

    read: Literal["json", "form", "query"] = "json"
    """Where everything stands: in a JSON body, a form, or the query."""
    sender: Path
    """Where the number of who wrote stands."""
    text: Path
    """Where their words stand."""
    id: Path | None = None
    """Where the gateway's id of it stands."""


class Proof(StrEnum):
    """How callbacks prove themselves."""

    ADDRESS = "address"
    """The hub gives each text an address of its own for its receipts, `receipt_url`, that nobody can make up; texts of
    people have the secret in the query."""
    QUERY = "query"
    """Their query has `secret=` and the secret."""
    HEADER = "header"
    """One of their headers has the secret."""


class HttpConfig(AdapterConfig):
    """A gateway with an HTTP interface."""

    send: RequestConfig
    """The request that sends one text."""
    success: SuccessConfig = SuccessConfig()
    """When the gateway has taken it."""
    failures: tuple[RuleConfig, ...] = ()
    """What other answers mean; the first that fits counts, before `success` is looked at. Of what fits none, 401 and
    403 and 404 want the operator, 429 and 503 come later, other 4xx are refusals, and all else is in doubt."""
    keyed: bool = False
    """Whether the gateway sends one text alone however often a request with the same key comes; then `send` has to
    have `{{ key }}` in it."""
    lookup: LookupConfig | None = None
    """How it is asked after a time-out; left out, a person settles what is in doubt, unless it is `keyed`."""
    check: RequestConfig | None = None
    """A harmless request that proves address and credentials."""
    secrets: dict[str, SecretStr] = {}
    """What templates call `secrets.NAME`: tokens and passwords."""
    user: str = ""
    """Who signs in (HTTP Basic); left out, nobody."""
    password: SecretStr | None = None
    """What `user` signs in with."""
    receipts: ReceiptsConfig | None = None
    """How receipts read; left out, none are taken."""
    inbound: InboundConfig | None = None
    """How texts of people read; left out, none are taken."""
    proof: Proof = Proof.ADDRESS
    """How callbacks prove themselves: `address`, `query` or `header`."""
    proof_header: HeaderName = "X-Secret"
    """The header, with `proof = "header"`."""
    callback_secret: CallbackSecret | None = None
    """What callbacks prove themselves with; left out, none are taken. Text that nobody can guess, of 16 characters or
    more."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.keyed and "key" not in self.send.model_dump_json():
            raise ValueError("keyed: nothing in send has {{ key }}, so the gateway cannot know a repeated text")
        if (self.receipts or self.inbound) and self.callback_secret is None:
            raise ValueError("callback_secret is missing: without one nobody can prove a receipt or a text")
        if bool(self.user) is not (self.password is not None):
            raise ValueError("expected both user and password, or neither")
        return self
