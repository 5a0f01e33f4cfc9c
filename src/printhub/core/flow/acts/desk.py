"""The desk that every act passes: it finds what the act is about, records who and why, and carries it out at once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from pydantic import JsonValue

from printhub.core.flow import callback, commit
from printhub.core.flow.intake import Intake
from printhub.core.flow.receipts import Submitted
from printhub.core.flow.rules import HUB, Rules
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier
from printhub.core.model.envelope import Event
from printhub.core.model.errors import ActRefused, NotFound
from printhub.core.model.known import JobRecord, OrderRecord
from printhub.core.store import acts as rows
from printhub.core.store import deliveries, dossiers
from printhub.core.store.acts import Act
from printhub.core.store.store import Store, Tx

T = TypeVar("T")
Known = TypeVar("Known", JobRecord, OrderRecord)
_PLACEHOLDERS = ("REF", "PATH", "FILE", "ID", "DELIVERY", "…", "...")
_MOMENT = timedelta(microseconds=1)
_LONGEST_WHY = 2000
"""Characters that an act's reason may have."""


class Desk:
    """Where acts are recorded: each in the transaction that carries it out."""

    def __init__(self, store: Store, rules: Rules, intake: Intake) -> None:
        """Act on `store`; what is a fact about a job or an order goes through `intake` like any other fact."""
        self.store = store
        self.rules = rules
        self.intake = intake

    def record(
        self,
        tx: Tx,
        act: str,
        subject: str,
        *,
        by: str,
        why: str,
        facts: dict[str, JsonValue] | None = None,
        undoes: UUID | None = None,
    ) -> UUID:
        """Record an act; `facts` is what its undoing needs, without personal data. Raises ActRefused without a why."""
        require_reason(why)
        id_ = self.rules.new_id()
        rows.record(tx, Act(id_, self.rules.now(), by, act, subject, why, facts or {}, undoes))
        return id_

    def record_on(
        self,
        tx: Tx,
        act: str,
        record: JobRecord | OrderRecord,
        *,
        by: str,
        why: str,
        facts: Mapping[str, JsonValue] = MappingProxyType({}),
    ) -> UUID:
        """Record an act on a job or an order: told apart from those of other storefronts, and shown by its number."""
        return self.record(tx, act, record.full_number, by=by, why=why, facts={"about": record.number, **facts})

    def state(
        self,
        tx: Tx,
        act_id: UUID,
        storefront: str,
        type_: str,
        data: dict[str, JsonValue],
        by: str,
        *,
        after: datetime | None = None,
    ) -> None:
        """State what an act says as a fact of the hub's own; raises ActRefused when it cannot be taken.

        `after` is when the opposite was stated last: a storefront's clock may run ahead, and the act comes later still.
        """
        subject = str(data.get("job") or data.get("order") or "") or None
        event = Event(
            id=str(act_id),
            source=HUB,
            specversion="1.0",
            type=type_,
            subject=subject,
            time=max(self.rules.now(), after + _MOMENT) if after else self.rules.now(),
            data=data,
        )
        receipt = self.intake.take_in(tx, Submitted(event, storefront=storefront, by=by))
        if receipt.refused:
            raise ActRefused(f"{subject}: {receipt.reason}")

    def on_job(self, job: str, work: Callable[[Tx, Dossier], T]) -> T:
        """Carry out an act on all that is known of one job, in one transaction; raises NotFound."""

        def write(tx: Tx) -> T:
            record = find_job(tx, job)
            dossier = load_job(tx, record.id)
            result = work(tx, dossier)
            self.save(tx, dossier)
            return result

        return self.store.write(write)

    def save(self, tx: Tx, dossier: Dossier) -> None:
        """Write what an act changed of a job."""
        callback.attribute(tx, self.rules, commit.save(tx, self.rules, [dossier]))


def require_reason(why: str) -> None:
    """Raise ActRefused for a reason that cannot be kept; recording an act asks this too."""
    if not why.strip():
        raise ActRefused("say why: it is kept with the act")
    if not any(letter.isalnum() for letter in why):
        raise ActRefused("say why in words: this is nothing but punctuation, and it is kept with the act")
    if len(why) > _LONGEST_WHY:
        raise ActRefused(f"say why in {_LONGEST_WHY} characters at the most; these are {len(why)}")
    if "\x00" in why or any(map(_is_lone_surrogate, why)):
        raise ActRefused("say why in plain text: this holds letters that are none")


def require_filled(given: str, example: str) -> None:
    """Raise ActRefused where a word of a suggested command (REF, PATH, ID) was left as it stands there."""
    if given.strip() in _PLACEHOLDERS:
        raise ActRefused(f"{given.strip()} stands for {example}; put that in its place")


def _is_lone_surrogate(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff"  # what the shell hands on of bytes that are not UTF-8


def find_job(tx: Tx, reference: str) -> JobRecord:
    """A job by the storefront's id, or `storefront/id` where two storefronts use the same; raises NotFound."""
    hint = f"`printhub jobs explain {reference}` tells what is like it"
    return _by_number(tx, reference, dossiers.find_jobs, "job", hint)


def load_job(tx: Tx, job_id: UUID) -> Dossier:
    """All that is known of a job, under its lock; raises NotFound when it was cleared away since it was found."""
    return there(dossiers.load(tx, [job_id]).get(job_id))


def there(dossier: Dossier | None) -> Dossier:
    """What was loaded of a job that was found before; raises NotFound when it was cleared away in between."""
    if dossier is None:
        raise NotFound("the job was cleared away at this moment; `printhub jobs list` shows those that there are")
    return dossier


def find_order(tx: Tx, reference: str) -> OrderRecord:
    """An order by the storefront's id, or `storefront/id` where two storefronts use the same; raises NotFound."""
    return _by_number(
        tx, reference, dossiers.find_orders, "order", "`printhub jobs list` shows each job with its order"
    )


def _by_number(tx: Tx, reference: str, numbered: Callable[[Tx, str], Sequence[Known]], noun: str, hint: str) -> Known:
    storefront, _, number = reference.rpartition("/")
    found = numbered(tx, reference)
    if not found and storefront:
        found = [one for one in numbered(tx, number) if one.storefront == storefront]
    if not found:
        raise NotFound(f"there is no {noun} {reference}; {hint}")
    if len(found) > 1:
        raise NotFound(f"{reference} is ambiguous; say one of {', '.join(one.full_number for one in found)}")
    return found[0]


def find_delivery(tx: Tx, reference: str) -> Delivery:
    """A delivery by its id or the beginning of it; raises NotFound."""
    nouns = ("delivery", "deliveries")
    return by_beginning(tx, reference, deliveries.starting_with, nouns, "printhub deliveries list")


def by_beginning(
    tx: Tx, reference: str, starting_with: Callable[[Tx, str], Sequence[T]], nouns: tuple[str, str], shown_by: str
) -> T:
    """What an id or the beginning of one (six digits at the least) names; raises NotFound for none and for several.

    `nouns` say what is looked for, one and several of it; `shown_by` is the command that lists those that there are.
    """
    one, several = nouns
    plain = reference.replace("-", "").lower()
    usable = 6 <= len(plain) <= 32 and all(letter in "0123456789abcdef" for letter in plain)
    found = starting_with(tx, plain) if usable else []
    if not found:
        raise NotFound(f"there is no {one} {reference}; `{shown_by}` shows those that there are")
    if len(found) > 1:
        raise NotFound(f"several {several} begin with {reference}; give more of the id")
    return found[0]
