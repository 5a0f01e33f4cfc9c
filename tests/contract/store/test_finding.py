"""Jobs are found by any combination of filters: exactly those that match, newest first, page after page."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from printhub.core.model.dossier import Dossier
from printhub.core.model.findable import OVERDUE, UNPLANNED
from printhub.core.model.jobs import ProductType
from printhub.core.model.known import Blocker, Personal
from printhub.core.model.orders import OrderStatus, PaymentStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode
from printhub.core.store import dossiers, finding, people, searchable, walking
from printhub.core.store.schema import customer_order, job, job_search, reference
from printhub.core.store.store import Store, Tx
from printhub.core.store.wanted import JobFilter
from printhub.core.store.words import folded
from printhub.testing import START
from tests.contract.store.seeded import INSTANCES, either
from tests.services.stores import examples

FEW = settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORK = [str(word) for word in ("done", "held", "failed", "unknown", "accepted", "cancelled", "ready")]
MOMENTS = st.none() | st.integers(0, 740).map(lambda days: START - timedelta(days=days))


def some(values: Iterable[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.just(()) | st.lists(st.sampled_from(list(values)), max_size=3, unique=True).map(tuple)


FILTERS = st.builds(
    JobFilter,
    text=st.none() | st.sampled_from(["krüger", "KRUGER", "W0", "W01", "-2", "customer.example", "x", "kim", "49 3"]),
    ids_only=st.booleans(),
    storefronts=some(["a", "b", "c"]),
    product_types=some(ProductType),
    statuses=some([JobStatus.CLEAN_UP, JobStatus.SHIPPED, JobStatus.ORDERED, JobStatus.IN_PACKING, JobStatus.BLOCKED]),
    ever=some([JobStatus.BLOCKED, JobStatus.MIS_FAILED, JobStatus.PRINTED, JobStatus.SENT_EMAIL]),
    blocker=st.none() | st.sampled_from(Blocker),
    order_statuses=some(OrderStatus),
    payment_statuses=some(PaymentStatus),
    unapproved=st.sampled_from([False, False, False, True]),
    mode=st.none() | st.sampled_from(Mode),
    known_since=MOMENTS,
    known_until=MOMENTS,
    cancelled=st.booleans(),
    deleted=st.booleans(),
    instances=some([*INSTANCES, "nowhere"]),
    states=some(WORK),
    overdue=st.sampled_from([False, False, False, True]),
    unplanned=st.sampled_from([False, False, False, True]),
    seen_by=st.none() | st.sampled_from([("a",), ("a", "b"), ()]),
)

Known = list[tuple[Dossier, Personal]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with either(tmp_path_factory.mktemp("found"), jobs=100, orders=20, seed=3) as made:
        yield made


@pytest.fixture(scope="module")
def known(store: Store) -> Known:
    """Everything about every job, the newest known first."""

    def read(tx: Tx) -> Known:
        found = dossiers.load(tx, tx.execute(select(job.c.id)).scalars()).values()
        return [(one, people.personal(tx, one.order.person_id if one.order else None)) for one in found]

    return sorted(store.read(read), key=lambda one: (one[0].job.created_at, one[0].job.id), reverse=True)


@pytest.fixture(params=["a small store", "a large one"])
def at_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is looked at one by one in a store of this size is less than there is, as in a large one."""
    if request.param == "a large one":
        for name, size in (("_NEWEST", 8), ("_SAMPLE", 4), ("_MOST_PROFILES", 5), ("_FEW", 20)):
            monkeypatch.setattr(walking, name, size)
    return str(request.param)


@pytest.mark.usefixtures("at_size")
@given(wanted=FILTERS, limit=st.integers(1, 40))
@FEW
def test_exactly_those_are_found_that_match_newest_first_on_pages_of_any_size(
    store: Store, known: Known, wanted: JobFilter, limit: int
) -> None:
    found: list[UUID] = []
    after: UUID | None = None
    while True:
        page = store.read(lambda tx, after=after: finding.jobs(tx, wanted, after=after, limit=limit))  # type: ignore[misc] # the default binds the id
        found += [one.job.id for one in page.items]
        assert len(page.items) <= limit
        after = page.after
        if after is None:
            break

    assert found == [one.job.id for one, personal in known if matches(one, personal, wanted)]


@pytest.mark.usefixtures("at_size")
@given(wanted=FILTERS)
@FEW
def test_each_filter_is_told_with_how_many_it_hides_by_itself(store: Store, known: Known, wanted: JobFilter) -> None:
    hides = store.read(lambda tx: finding.hidden(tx, wanted, empty=True))

    for name in ("storefronts", "statuses", "ever", "states", "instances", "text", "unapproved", "known_since"):
        if getattr(wanted, name):
            without = {one: getattr(wanted, one) for one in JobFilter.__slots__} | {name: getattr(JobFilter(), name)}
            left = [one for one, personal in known if matches(one, personal, JobFilter(**without))]
            assert hides.get(name, 0) == len(left), name


def test_times_are_exact_where_two_that_came_at_once_took_each_others_place(tmp_path: Path) -> None:
    with either(tmp_path, jobs=20, orders=5) as store:
        many = select(job_search.c.order_id).group_by(job_search.c.order_id).having(func.count() > 1).limit(1)
        both = select(job_search.c.job_id, job_search.c.known_at).where(job_search.c.order_id.in_(many))
        (first, at), (second, _), *_ = store.read(lambda tx: tx.execute(both.order_by(job_search.c.place)).all())
        late = at + timedelta(milliseconds=5)
        store.write(lambda tx: tx.execute(update(job_search).where(job_search.c.job_id == first).values(known_at=late)))

        def found(wanted: JobFilter) -> set[UUID]:
            return {one.job.id for one in store.read(lambda tx: finding.jobs(tx, wanted, limit=50)).items}

        since = found(JobFilter(known_since=late, cancelled=True, deleted=True))
        until = found(JobFilter(known_until=late, cancelled=True, deleted=True))
    assert (first in since, second in since) == (True, False)
    assert (first in until, second in until) == (False, True)


def test_a_whole_id_comes_before_what_only_contains_it(store: Store) -> None:
    def read(tx: Tx) -> list[str]:
        number = tx.execute(select(job.c.number).order_by(job.c.id).limit(1)).scalar_one()
        wanted = JobFilter(text=number.rpartition("-")[0], cancelled=True, deleted=True)
        order = tx.execute(select(customer_order.c.number).where(customer_order.c.number == wanted.text)).scalar_one()
        return [order, *(one.order or "" for one in finding.jobs(tx, wanted, limit=50).items)]

    order, first, *_ = store.read(read)
    assert first == order


@pytest.mark.parametrize("what", ["reference", "beginning of a reference", "id of the hub", "external reference"])
def test_other_ids_lead_to_their_job(store: Store, what: str) -> None:
    def read(tx: Tx) -> tuple[UUID, list[UUID]]:
        query = select(reference.c.reference, reference.c.job_id).where(reference.c.job_id.is_not(None))
        text, id_ = tx.execute(query.limit(1)).one()
        if what.startswith("beginning"):
            text = text[:-1]
        if what == "id of the hub":
            text = str(id_)
        if what == "external reference":
            found = select(job.c.external_reference, job.c.id).where(job.c.external_reference.is_not(None))
            text, id_ = tx.execute(found.limit(1)).one()
        wanted = JobFilter(text=text, ids_only=True, cancelled=True, deleted=True)
        return id_, [one.job.id for one in finding.jobs(tx, wanted, limit=50).items]

    id_, found = store.read(read)
    assert id_ in found


def test_ids_alone_are_searched_for_those_who_may_not_see_people(store: Store) -> None:
    for ids_only, expected in ((False, True), (True, False)):
        wanted = JobFilter(text="customer.example", ids_only=ids_only)
        found = store.read(lambda tx, wanted=wanted: finding.jobs(tx, wanted, limit=5))  # type: ignore[misc] # the default binds the filter
        assert bool(found.items) is expected


def test_nothing_of_other_storefronts_is_found_or_counted(store: Store) -> None:
    wanted = JobFilter(storefronts=("b",), seen_by=("a",), cancelled=True, deleted=True)

    assert store.read(lambda tx: finding.jobs(tx, wanted, limit=5)).items == ()
    nobody = JobFilter(statuses=(JobStatus.CLEAN_UP,), seen_by=())
    assert store.read(lambda tx: finding.hidden(tx, nobody, empty=True)) == {}


def test_whoever_is_erased_is_not_found_any_more(tmp_path_factory: pytest.TempPathFactory) -> None:
    with either(tmp_path_factory.mktemp("erased"), jobs=20, orders=5) as store:
        query = select(customer_order.c.person_id, customer_order.c.id).order_by(customer_order.c.id)
        person_id, order_id = store.read(lambda tx: tx.execute(query).first()) or (None, None)
        assert person_id is not None
        assert order_id is not None
        text = store.read(lambda tx: people.personal(tx, person_id)).customer.email
        wanted = JobFilter(text=text, cancelled=True, deleted=True)
        assert store.read(lambda tx: finding.jobs(tx, wanted, limit=5)).items

        store.write(lambda tx: people.erase(tx, person_id, START))

        assert store.read(lambda tx: finding.jobs(tx, wanted, limit=5)).items == ()
        assert store.read(lambda tx: finding.of_order(tx, order_id)), "its jobs are there all the same"


def matches(dossier: Dossier, personal: Personal, wanted: JobFilter) -> bool:
    """The meaning of a filter, without any index."""
    of = searchable.of(dossier)
    ever = {entry.status for entry in dossier.history}
    at = [(word, instance) for word, instance in of.work if not wanted.instances or instance in wanted.instances]
    answers = [
        wanted.seen_by is None or of.storefront in wanted.seen_by,
        not wanted.storefronts or of.storefront in wanted.storefronts,
        not wanted.product_types or of.product_type in wanted.product_types,
        not wanted.statuses or of.status in wanted.statuses,
        not wanted.ever or bool(ever & set(wanted.ever)),
        wanted.blocker in (None, of.blocker),
        not wanted.order_statuses or of.order_status in wanted.order_statuses,
        not wanted.payment_statuses or of.payment_status in wanted.payment_statuses,
        not wanted.unapproved or of.unapproved,
        wanted.mode in (None, of.mode),
        wanted.known_since is None or dossier.job.created_at >= wanted.known_since,
        wanted.known_until is None or dossier.job.created_at < wanted.known_until,
        wanted.cancelled or not of.cancelled,
        wanted.deleted or not of.deleted,
        not wanted.instances or bool(at),
        not wanted.states or any(word in wanted.states for word, _ in at),
        not wanted.overdue or any(word == OVERDUE for word, _ in at),
        not wanted.unplanned or (UNPLANNED, "") in of.work,
        wanted.text is None or _says(of.ids, dossier, personal, wanted),
    ]
    return all(answers)


def _says(ids: tuple[str, ...], dossier: Dossier, personal: Personal, wanted: JobFilter) -> bool:
    text = folded(wanted.text or "")
    references = [ref for one in dossier.deliveries.values() if (ref := one.reference)]
    if len(text) < 3 or wanted.ids_only:
        return any(one.startswith(wanted.text or "") for one in (*ids, *references))
    who = personal.customer
    digits = "".join(letter for letter in who.phone if letter.isdecimal())
    people_words = (who.user_name, who.name, who.email, who.company, who.phone, digits)
    forms = {text, text.replace(" ", "")} if text.replace(" ", "").isdecimal() else {text}
    there = any(form in folded(one) for one in (*ids, *people_words) for form in forms if len(form) > 2)
    return there or any(one.startswith(wanted.text or "") for one in references)
