"""Fingerprints: the same failure of other jobs groups, another failure does not."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from printhub.core.flow.fingerprint import fingerprint, of_failure
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.verbs import Kind, Verb
from printhub.testing.clock import START

FAILURES = (
    "no such sheet",
    "no such stock",
    "the sheet {number} mm by {number} mm is too small for {job}",
    "POST {url}: the MIS answered 400: unknown product {id}",
    "POST {url}: the MIS answered 422: unknown product {id}",
    "POST {url}: the MIS answered 400: unknown finish {id}",
    "given up after {number} attempts: the connection was refused",
    "given up after {number} attempts: the name could not be resolved",
    "{file} cannot be opened",
    "{file} has no pages",
    "job {job} of order {id} is closed since {number}",
    'file "{file}" of part {id}: wrong size, {number} bytes instead of {number}',
    "MIS code: 117, the quantity is too large",
    "MIS code: 118, the quantity is too large",
)
NUMBERS = st.integers(0, 10**9).map(str) | st.decimals(0, 10**6, places=2).map(str)
IDS = st.uuids().map(str) | st.from_regex(r"[A-Z]{1,3}-?[0-9]{1,8}", fullmatch=True)
FILES = st.from_regex(r"[a-z]{1,8}([_-][a-z0-9]{1,6})?\.(pdf|tif|jpg)", fullmatch=True)
URLS = st.from_regex(r"https://mis\.example/[a-z0-9/-]{1,20}(\?[a-z]=[0-9]{1,4})?", fullmatch=True)
JOBS = st.from_regex(r"[A-Za-z]{3,8}([-_.][A-Za-z0-9]{1,6})?", fullmatch=True)
WORDS = {word for failure in FAILURES for word in failure.lower().split()}


def filled(draw: st.DrawFn, failure: str) -> tuple[str, str]:
    job = draw(JOBS.filter(lambda name: name.lower() not in WORDS))
    text = failure.replace("{job}", job)
    for place, values in (("{number}", NUMBERS), ("{id}", IDS), ("{file}", FILES), ("{url}", URLS)):
        while place in text:
            text = text.replace(place, draw(values), 1)
    return text, job


@st.composite
def told(draw: st.DrawFn, failure: str | None = None) -> tuple[str, str, str]:
    chosen = failure or draw(st.sampled_from(FAILURES))
    return (chosen, *filled(draw, chosen))


@given(st.data(), st.sampled_from(FAILURES))
def test_the_same_failure_of_other_jobs_files_and_numbers_is_one(data: st.DataObject, failure: str) -> None:
    (_, first, one), (_, second, other) = data.draw(told(failure)), data.draw(told(failure))

    assert fingerprint(first, [one]) == fingerprint(second, [other])


@given(told(), told())
def test_different_failures_are_never_one(first: tuple[str, str, str], second: tuple[str, str, str]) -> None:
    assume(first[0] != second[0])

    assert fingerprint(first[1], [first[2]]) != fingerprint(second[1], [second[2]])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "job 4711 of 0190d1f4-7a3c-7bd0-9d30-2c3a1e5b6f70 was refused after 3 s",
            "job 12 of 0190 was refused after 40 s",
        ),
        ("parts p1, p2 and p3 did not arrive: p1, p2", "parts p1, p2 and p9 did not arrive: p9"),
        ("GET https://mis.example/jobs/7?key=1 timed out", "GET https://mis.example/jobs/blue timed out"),
        ("No such sheet", "no such  sheet"),
    ],
)
def test_what_differs_in_names_of_things_is_one(first: str, second: str) -> None:
    assert fingerprint(first) == fingerprint(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("the MIS answered 400", "the MIS answered 422"),
        ("HTTP 404", "HTTP 409"),
        ("POST https://a.example/jobs: refused", "POST https://b.example/jobs: refused"),
        ("part p1 is missing", "part p1 is broken"),
    ],
)
def test_what_differs_in_codes_hosts_and_words_is_not(first: str, second: str) -> None:
    assert fingerprint(first) != fingerprint(second)


def test_a_failure_that_names_its_own_job_and_reference_groups_with_those_of_others() -> None:
    blue = delivery("Flyer-blue", "REF-BLUE")
    green = replace(blue, id=UUID(int=2), subject="Flyer-green#change", reference="REF-GREEN")

    assert of_failure(blue, "Flyer-blue (REF-BLUE) is locked") == of_failure(green, "Flyer-green (REF-GREEN) is locked")


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_has_a_fingerprint(detail: str, names: list[str]) -> None:
    assert len(fingerprint(detail, names)) == 16


def delivery(job: str, reference: str) -> Delivery:
    return Delivery(
        id=UUID(int=1),
        seq=1,
        storefront="shop",
        instance="press",
        kind=Kind.MIS,
        verb=Verb.NOTIFY,
        subject=job,
        run=1,
        lane="press/shop",
        state=DeliveryState.FAILED,
        created_at=START,
        reference=reference,
    )
