"""The text that jobs are found by, word fragments too, by their trigrams: FTS5 in SQLite, pg_trgm in PostgreSQL.

Two columns: `ids` of the trade, and `person`, the only one with personal data. Each row has its job's place as rowid.
"""

import unicodedata
from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    column,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.sql.expression import bindparam

from printhub.core.model.known import Personal
from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import customer_order, job_search
from printhub.core.store.store import Tx

LEAST = 3
"""Letters that a text must have to be found anywhere within words."""
BREAK = "\n"
"""What stands before each word, so that no search reaches from one into the next."""

job_words = table(
    "job_words", column("rowid", BigInteger), column("ids", Text), column("person", Text), column("job_words")
)
_COLUMNS = (job_words.c.ids, job_words.c.person)

_PLACE = select(job_search.c.place).where(job_search.c.job_id == bindparam("the_job")).scalar_subquery()
_DROP = Prepared(delete(job_words).where(job_words.c.rowid == _PLACE))
_PUT = Prepared(
    insert(job_words).from_select(
        ["rowid", "ids", "person"],
        select(job_search.c.place, bindparam("the_ids"), bindparam("the_person")).where(
            job_search.c.job_id == bindparam("the_job")
        ),
    )
)


def folded(text: str) -> str:
    """Text as it is compared: without regard to capital letters and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def person_words(personal: Personal) -> str:
    """What an order's customer is found by: user name, name, e-mail, company, and phone with and without signs."""
    who = personal.customer
    return as_words((who.user_name, who.name, who.email, who.company, who.phone, _digits(who.phone)))


def as_words(words: Iterable[str]) -> str:
    """Words as they are kept."""
    return "".join(BREAK + folded(word) for word in words if word)


def put(tx: Tx, items: Iterable[tuple[UUID, str, str]], *, new: bool) -> None:
    """Write the words of jobs that stand in `job_search`: (job, ids, person)."""
    rows = [{"the_job": job, "the_ids": ids, "the_person": person} for job, ids, person in items]
    if not rows:
        return
    if not new:
        _DROP.run_all(tx, [{"the_job": row["the_job"]} for row in rows])
    _PUT.run_all(tx, rows)


def put_person(tx: Tx, person_id: UUID, words: str) -> None:
    """Write a customer's words for all jobs of the order that they placed; empty when the person is erased."""
    orders = select(customer_order.c.id).where(customer_order.c.person_id == person_id)
    places = select(job_search.c.place).where(job_search.c.order_id.in_(orders))
    tx.execute(update(job_words).where(job_words.c.rowid.in_(places)).values(person=words))


def forget(tx: Tx, places: Collection[int]) -> None:
    """Take away the words of jobs that are to go, by their places."""
    tx.execute(delete(job_words).where(job_words.c.rowid.in_(places)))


def compact(tx: Tx) -> None:
    """Make the index forget the fragments of what was erased or replaced; takes seconds for a million jobs."""
    if tx.dialect.name == "sqlite":  # PostgreSQL's own vacuum does it by itself
        tx.execute(insert(job_words).values(job_words="optimize"))


def matches(tx: Tx, text: str) -> ColumnElement[bool]:
    """A condition that the index itself answers, newest place first; `text` has at least LEAST letters."""
    if tx.dialect.name == "postgresql":
        return or_(*(where.contains(form, autoescape=True) for where in _COLUMNS for form in _forms(text)))
    return job_words.c.job_words.op("MATCH")(" OR ".join(map(_phrase, _forms(text))))


def matches_beginning(tx: Tx, text: str) -> ColumnElement[bool] | None:
    """The same for ids that begin with `text`; None where that is too short for the index."""
    sought = BREAK + folded(text)
    if len(sought) < LEAST:
        return None
    if tx.dialect.name == "postgresql":
        return job_words.c.ids.contains(sought, autoescape=True)
    return job_words.c.job_words.op("MATCH")(f"ids : {_phrase(sought)}")


def holds(tx: Tx, text: str) -> ColumnElement[bool]:
    """The same condition, asked of one row."""
    return or_(*(_place_in(tx, where, form) > 0 for where in _COLUMNS for form in _forms(text)))


def begins(tx: Tx, text: str) -> ColumnElement[bool]:
    """Of one row: an id begins with `text`."""
    return _place_in(tx, job_words.c.ids, BREAK + folded(text)) > 0


def _place_in(tx: Tx, where: ColumnElement[str], form: str) -> ColumnElement[int]:
    find = func.strpos if tx.dialect.name == "postgresql" else func.instr
    return find(where, literal(form))


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _forms(text: str) -> list[str]:
    """The text itself, and a telephone number without its signs and leading zeros."""
    plain = folded(text)
    digits = _digits(plain).lstrip("0")
    is_phone = digits and not set(plain) - set("0123456789 +-/().")
    return [plain, digits] if is_phone and len(digits) >= LEAST and digits != plain else [plain]


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())
