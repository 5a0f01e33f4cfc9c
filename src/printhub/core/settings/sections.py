"""The sections of `printhub.toml`: hub, files, storefronts, instances and routes."""

import re
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from printhub.core.letters.layout import LetterLayout
from printhub.core.model.adapter import AdapterConfig
from printhub.core.model.duration import Duration
from printhub.core.model.jobs import ProductType
from printhub.core.model.record import Record
from printhub.core.model.verbs import Mode, Verb
from printhub.core.settings.addresses import broker_address, database_address
from printhub.core.settings.messages import (
    BrandSettings,
    MailSettings,
    NotificationName,
    NotificationSettings,
    SmsSettings,
)
from printhub.core.settings.paths import FilePath
from printhub.core.settings.places import country_code, language_tag

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_HOST = re.compile(r"(?!.*\.\d+$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


def _named(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("expected a name of lower-case letters, digits, - and _ that begins with a letter or digit")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError('expected a time zone of the IANA list, such as "Europe/Berlin"') from error
    return value


def _host(value: str) -> str:
    try:
        ip_network(value)
    except ValueError as error:
        if _HOST.fullmatch(value) is None:
            detail = 'expected a host\'s name, an address or a network, such as "10.20.0.0/16"'
            raise ValueError(detail) from error
    return value


def _address(value: str) -> str:
    host, _, port = value.rpartition(":")
    try:
        ip_address(host.removeprefix("[").removesuffix("]"))
        number = int(port) if port.isdecimal() else -1
    except ValueError:
        number = -1
    if not 0 <= number < 65536:
        raise ValueError('expected an IP address and a port, such as "127.0.0.1:9464"')
    return value


Name = Annotated[str, AfterValidator(_named)]
"""A storefront's or an instance's name."""
Host = Annotated[str, AfterValidator(_host)]
"""A host's name, an IP address, or a network in CIDR notation."""
NotEmpty = Annotated[str, StringConstraints(min_length=1)]
Positive = Annotated[Duration, Field(gt=timedelta())]


class ProductionOn(StrEnum):
    """Which state of the payment lets a job go into production."""

    PAID = "paid"
    AUTHORIZED = "authorized"
    """An authorized payment is enough."""
    INVOICE = "invoice"
    """Only a voided payment holds a job."""


class LogLevel(StrEnum):
    """From which weight on something is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class StorefrontSettings(Record):
    """A storefront (tenant) whose events this hub takes."""

    sources: Annotated[tuple[NotEmpty, ...], Field(min_length=1)]
    """The CloudEvents sources that belong to this storefront; no source belongs to two."""
    mode: Mode = Mode.TEST
    """Orders of a storefront in test mode never reach a live instance."""
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """The zone of its dates, reports and quiet hours, by its IANA name."""
    language: Annotated[str, AfterValidator(language_tag)] = "en"
    """The language of those whose own is not known: a BCP 47 tag such as `de` or `en-GB`."""
    phone_region: Annotated[str, AfterValidator(country_code)] | None = None
    """The country of telephone numbers that name none, as in ISO 3166-1: two capital letters such as `DE`."""
    product_types: tuple[ProductType, ...] = ()
    """The product types that the console shows; empty for all. Jobs of the others go all the same."""
    production_on: ProductionOn = ProductionOn.PAID
    """Which state of the payment lets a job go into production."""
    block_on_checkout: bool = False
    """Whether every job is blocked when it is ordered, until an operator releases it."""
    hot_folders: bool = False
    """Whether this storefront has hot folders; then a job that no route leads to one is marked as skipped."""
    files_stay_put: bool = False
    """Whether partners get the storefront's own file addresses, instead of files that the hub fetched."""
    max_bytes: dict[ProductType, Annotated[int, Field(ge=1)]] = {}
    """The largest file of a job by its product type, in bytes; it counts instead of [files] max_bytes."""
    brand: BrandSettings = BrandSettings()
    """How it shows itself in messages and letters."""
    mail: MailSettings = MailSettings()
    """Who its e-mail comes from."""
    sms: SmsSettings = SmsSettings()
    """Who its text messages come from."""
    notifications: dict[NotificationName, NotificationSettings] = {}
    """What is otherwise for single notifications, by their names; it counts instead of what [notifications] says."""
    letter: LetterLayout = LetterLayout()
    """How letters are laid out that go instead of e-mail that bounced."""


class RetrySettings(Record):
    """When a call that failed for the time being is made again."""

    schedule: Annotated[tuple[Positive, ...], Field(min_length=1)] = (
        timedelta(seconds=10),
        timedelta(seconds=30),
        timedelta(minutes=2),
        timedelta(minutes=10),
        timedelta(minutes=30),
        timedelta(hours=1),
        timedelta(hours=2),
        timedelta(hours=4),
    )
    """The pauses between attempts; the last one repeats."""
    give_up_after: Positive = timedelta(hours=24)
    """How long a delivery is tried before it has failed; time in which its instance was paused does not count."""
    jitter: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    """The share by which each pause is lengthened or shortened at random, so that retries do not come in waves."""


class InstanceSettings(Record):
    """One adapter with its credentials: what deliveries are made to."""

    adapter: NotEmpty
    """The name of the adapter, as its plugin gives it."""
    mode: Mode
    """What the credentials are for. A test instance gets test orders only, a live one live orders only."""
    enabled: bool = True
    """Whether deliveries are made. Those of an instance that is turned off wait."""
    slots: Annotated[int, Field(ge=1, le=64)] = 4
    """How many calls may run at once, over all processes of the hub."""
    max_per_minute: Annotated[int, Field(ge=1, le=60_000)] | None = None
    """How many calls may begin in a minute, over all processes of the hub, spread evenly. Left out, any number."""
    timeout: Positive = timedelta(seconds=30)
    """How long one call may take."""
    retry: RetrySettings = RetrySettings()
    """When a call that failed for the time being is made again."""
    grace: Positive = timedelta(seconds=30)
    """How long a call with an unknown outcome rests before it is looked up."""
    key_life: Duration = timedelta(hours=24)
    """How long the partner remembers a call's key; after that an unknown outcome waits for a person."""
    look_again: Positive = timedelta(minutes=15)
    """How often a delivery that the partner accepted is looked up until it is settled."""
    poll_every: Positive = timedelta(minutes=5)
    """How often the partner is asked for news, where the adapter asks for any."""
    expect: dict[Verb, Positive] = {}
    """Per verb, how soon after a call the partner's next word about the job is due: what became of a call that it
    accepted, any sign of life after one that is done. Left out, what was accepted is due in a day, and nothing else."""
    assets_first: bool = False
    """Whether a MIS gets the files before it is told of the job."""
    assets_after_manifest: bool = False
    """Whether a MIS gets the files only after its ticket is made."""
    waits_for_accepted: bool = False
    """Whether the next call for a job waits until one that was accepted is settled."""
    breaker_after: Annotated[int, Field(ge=1)] = 5
    """After how many answers of "unavailable" in a row all calls are paused."""
    breaker_pause: Duration = timedelta(seconds=60)
    """How long calls are paused then, before one is let through as a trial."""
    probe_every: Positive = timedelta(minutes=5)
    """How often an instance with wrong credentials or addresses is checked again."""
    config: Annotated[AdapterConfig | None, Field(repr=False)] = None
    """The adapter's own settings: see its plugin's documentation."""
    set_aside: SkipJsonSchema[str | None] = None
    """Why no calls are made: the reason for which its plugin is set aside. Found by the hub, not set in the file."""


class RouteSettings(Record):
    """A rule that leads jobs to instances. For each kind of adapter the first rule that fits counts."""

    storefronts: tuple[str, ...] = ()
    """The storefronts whose jobs it is for; empty for all."""
    product_types: tuple[ProductType, ...] = ()
    """The product types that it is for; empty for all."""
    mode: Mode | None = None
    """Whether it is for test or for live orders; left out for both."""
    instances: Annotated[tuple[str, ...], Field(min_length=1)]
    """Where the jobs go. An instance of the other mode than the order's is passed over."""

    @property
    def whom(self) -> str:
        """Whose jobs it is for, in words."""
        parts = [f"storefronts {', '.join(self.storefronts)}"] if self.storefronts else []
        parts += [f"product types {', '.join(self.product_types)}"] if self.product_types else []
        parts += [f"{self.mode} orders"] if self.mode else []
        return ", ".join(parts) or "all jobs"


class FilesSettings(Record):
    """What files the hub takes in."""

    roots: tuple[FilePath, ...] = ()
    """Folders from which artwork with a file:// address may be read; none by default."""
    max_bytes: Annotated[int, Field(ge=1)] = 2 * 2**30
    """The largest file that is fetched or uploaded, in bytes."""
    private_hosts: tuple[Host, ...] = ()
    """Host names, addresses and networks from which files may be fetched though they are not on the public internet."""
    fetch_timeout: Positive = timedelta(minutes=10)
    """How long it may take to fetch one file, from the first connection to the last byte."""


def _postgres(value: SecretStr) -> SecretStr:
    database_address(value.get_secret_value())
    return value


def _amqp(value: SecretStr) -> SecretStr:
    broker_address(value.get_secret_value())
    return value


def _public(value: str) -> str:
    found = urlsplit(value)
    if found.scheme not in ("http", "https") or not found.hostname or found.query or found.fragment or found.username:
        raise ValueError('expected an address such as "https://hub.example", without a query and without credentials')
    return value.rstrip("/")


class WebSettings(Record):
    """The doors: the API for storefronts and people, and callbacks of partners. Left out, there are none."""

    listen: Annotated[str, AfterValidator(_address)] | None = None
    """Where `printhub serve` answers, such as `127.0.0.1:8600`; left out, nowhere. It speaks plain HTTP: outside of
    one machine a reverse proxy speaks TLS in front of it."""
    public_url: Annotated[str, AfterValidator(_public)] | None = None
    """The address that the outside knows the hub by, such as `https://hub.example`: what partners are given begins so,
    and sessions of browsers are bound to it."""
    trusted_proxies: tuple[Host, ...] = ()
    """The addresses and networks of reverse proxies, whose word for a caller's address (X-Forwarded-For) counts."""
    max_body: Annotated[int, Field(ge=64 * 1024, le=1024 * 2**20)] = 16 * 2**20
    """The largest request that is taken in, in bytes, but for files, which [files] max_bytes is about."""
    requests_per_minute: Annotated[int, Field(ge=1)] = 30_000
    """How many requests one token, session or unknown caller may make in a minute; by each process of the hub."""
    callback_max_body: Annotated[int, Field(ge=1024, le=64 * 2**20)] = 2**20
    """The largest callback of a partner that is taken in, in bytes."""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of `listen`; only where that is set."""
        return _host_and_port(self.listen or "")


class MessagesSettings(Record):
    """Messages to people, in all storefronts."""

    templates: FilePath | None = None
    """The folder of templates of your own, which come before those that the hub brings; see `printhub templates`."""


class StoreSettings(Record):
    """Where everything is kept. Left out, in a SQLite file in the data folder, for one serving process."""

    url: Annotated[SecretStr, AfterValidator(_postgres)] | None = None
    """The address of a PostgreSQL database, for any number of processes; [bus] url has to be set with it."""


class BusSettings(Record):
    """How workers are woken. Left out, within the one serving process."""

    url: Annotated[SecretStr, AfterValidator(_amqp)] | None = None
    """The address of a RabbitMQ broker, for any number of processes; [store] url has to be set with it."""
    namespace: Annotated[str, StringConstraints(pattern=r"[a-z0-9_-]{0,32}")] = ""
    """What the names of this hub's queues begin with, where several hubs share a broker's virtual host."""


class HubSettings(Record):
    """The hub itself."""

    data: Annotated[FilePath, Field(validate_default=True)] = Path("var")
    """The folder of the store and of the working folders, relative to the configuration file."""
    log_level: LogLevel = LogLevel.INFO
    """From which weight on something is logged."""
    secrets_dir: FilePath | None = None
    """The folder of secret files. Left out, it is $CREDENTIALS_DIRECTORY, else /run/secrets where that exists."""
    metrics: Annotated[str, AfterValidator(_address)] | None = None
    """Where each process serves `/metrics`, `/livez` and `/readyz`, such as `127.0.0.1:9464`; left out, nowhere.
    There is no password: let it be an address that only monitoring reaches."""

    @property
    def metrics_address(self) -> tuple[str, int]:
        """Host and port of `metrics`; only where that is set."""
        return _host_and_port(self.metrics or "")


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)
