"""Every error that the hub raises, as one tree.

PrintHubError
├── EventRefused            an event that cannot be taken: malformed, too large, or the same id with another body
├── ActRefused              an operator's act that the present state does not allow
├── NotFound                nothing has that id
├── ConfigInvalid           the configuration is wrong: file, key and what was expected
├── StoreUnavailable        the store is locked, full or unreachable; a write is done wholly or not at all
├── BusUnavailable          the bus did not take announcements for certain; none of them counts as made
├── BackupUnusable          a backup that is incomplete, damaged or of another program; nothing was restored
├── TemplateInvalid         a template of the configuration cannot be rendered
├── LetterImpossible        no letter can be made of this
├── NotAuthenticated        nobody knows who asks: no token, or one that does not count
├── Forbidden               who asks may not do this
├── TooMany                 asked too often: later, it may be done
├── Refused                 an inbound request that did not prove where it comes from
├── NotFetched              a file could not be brought into its working folder
└── AdapterError            what an adapter raises, named by who must act
    ├── Rejected            the sender: the partner refused this for good
    ├── Unavailable         time: nothing was done, it may go later
    ├── Misconfigured       the operator: credentials, addresses, accounts
    └── OutcomeUnknown      nobody yet: it may or may not have happened
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum


def not_configured(noun: str, name: str, configured: Iterable[str]) -> str:
    """Say that the configuration has no instance or storefront of this name, and which it has."""
    return f"there is no {noun} {name}; the configuration has: {', '.join(sorted(configured)) or 'none'}"


class PrintHubError(Exception):
    """The root of all errors of the hub."""


class EventRefused(PrintHubError):
    """The event cannot be taken; `code` names the reason for programs, `field` the first place it is about.

    `faults` are all places in the event, as JSON pointers (RFC 6901), each with what is wrong there.
    """

    def __init__(
        self, code: str, detail: str, *, field: str | None = None, faults: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Say why, in words that name the field and never its value."""
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.field = field
        self.faults = tuple(faults) or (((f"/{field}", detail),) if field else ())


class ActRefused(PrintHubError):
    """The act is not possible in the present state; the text says what stands in the way."""


class NotFound(PrintHubError):
    """Nothing that the asker may see has that id."""


class ConfigInvalid(PrintHubError):
    """The configuration is wrong; each problem names file, key and what was expected."""

    def __init__(self, problems: list[str]) -> None:
        """Collect all problems, so that they can be mended in one go."""
        super().__init__("\n".join(problems))
        self.problems = problems


class StoreUnavailable(PrintHubError):
    """The store could not be used; a write is done wholly or not at all, and nearly always it is not.

    Only where the connection to a database broke in a commit is it open which, and the text says so. What bears being
    written twice (an event, an outcome) may be written again later in any case; an operator looks before acting again.
    """


class BusUnavailable(PrintHubError):
    """The bus did not take the announcements for certain; none counts as made, and they may be made again later."""


class BackupUnusable(PrintHubError):
    """The backup is incomplete, damaged, or none of ours; nothing was restored from it."""


class TemplateInvalid(PrintHubError):
    """A template could not be rendered; the text names the template and the line."""


class LetterImpossible(PrintHubError):
    """No letter can be made of this; the text says which part is in the way and what to do, never what it reads."""


class NotAuthenticated(PrintHubError):
    """Who asks did not prove who they are; which part of the proof was wrong is not told."""


class Forbidden(PrintHubError):
    """Who asks is known, and may not do this; the text names the right that is missing."""


class TooMany(PrintHubError):
    """It was asked too often; the same may be asked again after `retry_after`."""

    def __init__(self, detail: str, retry_after: timedelta) -> None:
        """Say what was too much."""
        super().__init__(detail)
        self.retry_after = retry_after


class Refused(PrintHubError):
    """The inbound request did not prove where it comes from; it is answered with 401 and not looked at."""


class NotFetched(PrintHubError):
    """The file could not be brought in; `lasting` tells whether trying again is of no use.

    `retry_after` is when its server wants to be asked again, where it named a time.
    """

    def __init__(self, detail: str, *, lasting: bool, retry_after: timedelta | None = None) -> None:
        """Say why, without credentials, queries, or paths outside the allowed roots."""
        super().__init__(detail)
        self.detail = detail
        self.lasting = lasting
        self.retry_after = retry_after


class Scope(StrEnum):
    """How far a misconfiguration reaches."""

    INSTANCE = "instance"
    STOREFRONT = "storefront"
    DELIVERY = "delivery"


class AdapterError(PrintHubError):
    """What an adapter raises instead of returning a report; `detail` is shown to operators."""

    def __init__(self, detail: str) -> None:
        """Say what went wrong in a sentence without secrets or personal data."""
        super().__init__(detail)
        self.detail = detail


class Rejected(AdapterError):
    """The partner refused this for good: only other content can help.

    `bounced` tells that it was the recipient of a message who was refused, not the message or its sender, `dead` that
    nothing will ever arrive at this address, and `opted_out` that who reads there has said that they want nothing.
    """

    def __init__(self, detail: str, *, bounced: bool = False, dead: bool = False, opted_out: bool = False) -> None:
        """Pass on why, in the partner's words."""
        super().__init__(detail)
        self.bounced = bounced
        self.dead = dead
        self.opted_out = opted_out


class Unavailable(AdapterError):
    """The partner certainly did nothing and may be asked again later."""

    def __init__(self, detail: str, retry_after: timedelta | None = None) -> None:
        """Pass on the partner's own wish for when to come back, if it named one."""
        super().__init__(detail)
        self.retry_after = retry_after


class Misconfigured(AdapterError):
    """Nothing was done, and nothing will be until the operator mends the configuration."""

    def __init__(self, detail: str, scope: Scope = Scope.INSTANCE, *, lasting: bool = False) -> None:
        """Name how far the fault reaches; an instance-wide one pauses the whole instance.

        It is tried again now and then, because a partner may have been wrong. A `lasting` one is not: what is gone for
        good is left alone until an operator says `printhub resume`.
        """
        super().__init__(detail)
        self.scope = scope
        self.lasting = lasting


class OutcomeUnknown(AdapterError):
    """The call may or may not have had its effect; `lookup`, the key or a person settles it."""
