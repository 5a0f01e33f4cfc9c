"""The catalogue of events: every type is in it, explained, with a schema, and reads what the storefront states."""

import importlib
import json
import pkgutil
from collections.abc import Iterator

import pytest
from pydantic import JsonValue, ValidationError

from printhub.core.model import events
from printhub.core.model.envelope import Event, check_event
from printhub.core.model.errors import EventRefused
from printhub.core.model.events.catalogue import CATALOGUE, OUTGOING, read_fact
from printhub.core.model.events.fact import Fact
from printhub.core.model.events.job import JobCreated, JobProgressed
from printhub.core.model.events.order import OrderChanged, OrderPlaced, OrderScheduled
from printhub.core.model.statuses import JobStatus, StatusGroup
from tests.unit.model.fact_examples import EXAMPLES, JOB, ORDER

TYPES = sorted(CATALOGUE)
MARK = "jane.doe@example.org"


def event(kind: str, data: JsonValue) -> Event:
    return check_event({"id": "1", "source": "urn:store", "specversion": "1.0", "type": kind, "data": data})


def refusal_of(kind: str, data: JsonValue) -> EventRefused:
    with pytest.raises(EventRefused) as caught:
        read_fact(event(kind, data))
    return caught.value


def all_facts(root: type[Fact] = Fact) -> Iterator[type[Fact]]:
    for model in root.__subclasses__():
        yield model
        yield from all_facts(model)


# --- the catalogue --------------------------------------------------------------------------------------------


def test_every_fact_with_a_type_is_in_the_catalogue() -> None:
    for module in pkgutil.iter_modules(events.__path__, f"{events.__name__}."):
        importlib.import_module(module.name)
    named = {model for model in all_facts() if "type" in vars(model)}
    assert named == set(CATALOGUE.values())
    assert len(named) == len(CATALOGUE)


def test_there_is_an_example_of_every_type() -> None:
    assert set(EXAMPLES) == set(CATALOGUE)


@pytest.mark.parametrize("kind", TYPES)
def test_a_type_is_named_by_subject_and_past_deed(kind: str) -> None:
    assert CATALOGUE[kind].type == kind
    company, subject, deed = kind.split(".")
    assert (company, subject) in [
        ("printhub", part) for part in ("order", "job", "mis", "message", "status", "staff", "request")
    ]
    assert deed.replace("_", "").isalpha()
    assert deed.islower()


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_says_what_it_means(kind: str) -> None:
    meaning = vars(CATALOGUE[kind]).get("__doc__")
    assert meaning
    assert meaning.strip().endswith(".")


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_a_json_schema(kind: str) -> None:
    schema = json.loads(json.dumps(CATALOGUE[kind].model_json_schema()))
    assert schema["type"] == "object"
    assert schema["description"]


def test_only_the_hub_itself_states_statuses_staff_notices_and_requests() -> None:
    requests = {kind for kind in TYPES if kind.startswith("printhub.request.")}

    assert {"printhub.status.changed", "printhub.staff.notice"} | requests == OUTGOING


# --- reading facts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TYPES)
def test_the_example_of_a_type_is_read(kind: str) -> None:
    fact = read_fact(event(kind, EXAMPLES[kind]))
    assert type(fact) is CATALOGUE[kind]


@pytest.mark.parametrize("kind", TYPES)
def test_a_fact_that_is_written_again_is_the_same_fact(kind: str) -> None:
    fact = CATALOGUE[kind].model_validate(EXAMPLES[kind])
    assert read_fact(event(kind, fact.model_dump(mode="json", exclude_unset=True))) == fact


@pytest.mark.parametrize("kind", TYPES)
def test_what_a_newer_storefront_adds_is_ignored(kind: str) -> None:
    newer = EXAMPLES[kind] | {"since_next_year": MARK}
    assert read_fact(event(kind, newer)) == read_fact(event(kind, EXAMPLES[kind]))


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in TYPES for name, field in CATALOGUE[kind].model_fields.items() if field.is_required()],
)
def test_a_fact_without_what_it_is_about_is_refused_by_name(kind: str, name: str) -> None:
    incomplete = {key: value for key, value in EXAMPLES[kind].items() if key != name}
    refused = refusal_of(kind, incomplete)
    assert (refused.code, refused.field) == ("invalid", name)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("data", [None, [], MARK, 5, True])
def test_data_that_is_no_object_is_refused(kind: str, data: JsonValue) -> None:
    refused = refusal_of(kind, data)
    assert (refused.code, refused.field) == ("invalid", "data")
    assert MARK not in repr(refused)


def test_an_unknown_type_has_no_fact() -> None:
    assert read_fact(event("com.example.something", {"any": "thing"})) is None


def test_a_known_type_with_binary_data_is_refused() -> None:
    binary = check_event(
        {"id": "1", "source": "s", "specversion": "1.0", "type": "printhub.order.deleted", "data_base64": "e30="}
    )
    with pytest.raises(EventRefused) as caught:
        read_fact(binary)
    assert caught.value.field == "data_base64"


def test_a_refused_value_is_named_by_its_place_and_not_repeated() -> None:
    broken = EXAMPLES["printhub.order.placed"] | {"order": {**dict_of(ORDER), "customer": {"email": [MARK]}}}
    refused = refusal_of("printhub.order.placed", broken)
    assert refused.field == "order.customer.email"
    assert MARK not in repr(refused)


def test_a_key_of_free_attributes_is_not_repeated_when_its_value_is_refused() -> None:
    refused = refusal_of("printhub.job.changed", {"job": "J-1", "attributes": {MARK: 5}})
    assert refused.field == "attributes.?"
    assert MARK not in repr(refused)


@pytest.mark.parametrize("name", ["", " J-1", "J\n1", "J\x00", "\x7f", "J" * 129, 5, None])
def test_an_id_is_short_text_that_can_be_stored_and_shown(name: JsonValue) -> None:
    assert refusal_of("printhub.job.verified", {"job": name}).field == "job"


@pytest.mark.parametrize("name", ["J-1", "Auftrag 7/2", "注文1", "J" * 128])
def test_an_id_is_kept_as_it_was_given(name: str) -> None:
    fact = read_fact(event("printhub.job.verified", {"job": name}))
    assert fact is not None
    assert fact.model_dump() == {"job": name}


def test_text_may_have_lines_but_no_nul_which_no_database_takes() -> None:
    assert read_fact(event("printhub.job.cancelled", {"job": "J-1", "why": "two\nlines"})) is not None
    assert refusal_of("printhub.job.cancelled", {"job": "J-1", "why": "nul\x00"}).field == "why"


# --- single types ---------------------------------------------------------------------------------------------


def test_a_change_tells_what_is_cleared_from_what_stays_as_it_is() -> None:
    change = OrderChanged.model_validate({"order": "O-1", "po_number": None})
    assert change.model_fields_set == {"order", "po_number"}


def test_a_schedule_has_to_say_null_for_at_once() -> None:
    assert OrderScheduled.model_validate({"order": "O-1", "release_at": None}).release_at is None
    with pytest.raises(ValidationError):
        OrderScheduled.model_validate({"order": "O-1"})


def test_an_order_brings_its_jobs_in_their_order() -> None:
    jobs: JsonValue = [{**dict_of(JOB), "id": name} for name in ("J-3", "J-1", "J-2")]
    placed = OrderPlaced.model_validate({"order": {**dict_of(ORDER), "jobs": jobs}})
    assert [job.id for job in placed.order.jobs] == ["J-3", "J-1", "J-2"]


@pytest.mark.parametrize(("product_type", "ordered"), [("External", True), ("MultiPart", False), ("Ordinary", False)])
def test_of_jobs_without_an_order_only_external_ones_are_ordered(product_type: str, ordered: bool) -> None:
    created = JobCreated.model_validate({"job": {"id": "J-1", "product_type": product_type}})
    assert created.ordered is ordered


@pytest.mark.parametrize(
    "status", [status for status in JobStatus if status.group in (StatusGroup.PRODUCTION, StatusGroup.FULFILMENT)]
)
def test_a_storefront_may_tell_of_production_and_fulfilment(status: JobStatus) -> None:
    assert JobProgressed(job="J-1", status=status).status is status


@pytest.mark.parametrize(
    "status",
    [
        *(status for status in JobStatus if status.group in (StatusGroup.MIS, StatusGroup.COMMUNICATION)),
        *(JobStatus.BLOCKED, JobStatus.ACTION_RUN, JobStatus.CLEAN_UP, JobStatus.JOB_DATA_DELETED),
        *(JobStatus.APPROVED, JobStatus.REJECTED, JobStatus.AWAITING_PROOF, JobStatus.VERIFIED),
        *(JobStatus.OUTPUT_CREATED, JobStatus.RECREATION_REQUESTED, JobStatus.ARTWORK_UPLOADED, JobStatus.ORDERED),
    ],
)
def test_a_storefront_may_not_tell_what_has_an_event_of_its_own_or_is_the_hubs(status: JobStatus) -> None:
    with pytest.raises(ValidationError, match="event of its own or is the hub's"):
        JobProgressed(job="J-1", status=status)


@pytest.mark.parametrize("status", [JobStatus.CUSTOM_STATUS, JobStatus.CUSTOM_STATUS_HIDDEN])
@pytest.mark.parametrize("label", [None, ""])
def test_a_custom_status_needs_a_label(status: JobStatus, label: str | None) -> None:
    with pytest.raises(ValidationError, match="needs a label"):
        JobProgressed(job="J-1", status=status, label=label)


@pytest.mark.parametrize("url", ["ftp://store/1", "javascript:alert(1)", "/etc/passwd", "https://a b", "HTTP://x", ""])
def test_a_file_lies_at_an_http_or_file_url(url: str) -> None:
    refused = refusal_of("printhub.job.artwork_uploaded", {"job": "J-1", "artwork": {"name": "a.pdf", "url": url}})
    assert refused.field == "artwork.url"


def dict_of(value: JsonValue) -> dict[str, JsonValue]:
    assert isinstance(value, dict)
    return value
