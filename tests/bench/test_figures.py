"""The numbers of the engine's benchmark that can be wrong without anybody noticing."""

import os

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.engine.account import NotOnce, account
from bench.engine.catalogue import NAMES
from bench.engine.figures import Incomplete, Table, percentile
from bench.engine.partner import Arrived
from bench.engine.spent import Spending, cpu_seconds
from bench.engine.workload import CALLS, body, event, number_of, raw_event
from printhub.core.model.envelope import read_event
from printhub.core.model.events.catalogue import read_fact
from printhub.core.model.events.order import OrderPlaced


def calls(*places: int) -> list[Arrived]:
    return [
        Arrived(call, number_of(place), 0.0, len(body(call, event(place)["data"]["order"])))
        for place in places
        for call in CALLS
    ]


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(value) for value in range(1, 101)]

    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.99) == 99
    assert percentile(values, 1) == 100
    assert percentile([7.0], 0.99) == 7
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_at_least_the_share_keeps_within_a_percentile_and_less_within_anything_smaller(
    values: list[float], share: float
) -> None:
    found = percentile(values, share)

    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to take"):
        percentile([], 0.5)
    with pytest.raises(ValueError, match="a share lies above 0"):
        percentile([1.0], 99)


def test_a_table_compares_what_both_sides_have_and_nothing_else() -> None:
    table = Table()
    table.add("embedded", "rate", 300, "/s")
    table.add("huey", "rate", 150, "/s")
    table.add("embedded", "memory", 100, "MiB")

    table.compare("embedded", "huey", ("rate", "memory"))

    assert table.value("embedded : huey", "rate") == 2
    assert table.value("embedded : huey", "memory") is None


def test_a_table_that_lacks_a_figure_says_which() -> None:
    table = Table()
    table.add("embedded", "rate", 300, "/s")

    table.require("embedded", ("rate",))
    with pytest.raises(Incomplete, match="embedded: not measured: memory"):
        table.require("embedded", ("rate", "memory"))
    with pytest.raises(ValueError, match="no number to show"):
        table.add("embedded", "memory", float("nan"), "MiB")


def test_what_was_skipped_stands_below_the_table_with_its_reason() -> None:
    table = Table(skipped={"scaled": "no RabbitMQ listens"})

    assert table.lines() == ["scaled: not measured: no RabbitMQ listens"]
    assert table.document()["skipped"] == {"scaled": "no RabbitMQ listens"}


def test_everything_once_is_right() -> None:
    account(calls(0, 1), range(2)).require_once()


def test_a_call_that_is_missing_repeated_strange_or_altered_is_told() -> None:
    first, *others = calls(0)

    with pytest.raises(NotOnce, match=r"1 calls are missing, the first: press/notify of W000000000"):
        account(others, range(1)).require_once()
    with pytest.raises(NotOnce, match="1 calls are made more than once"):
        account([first, first, *others], range(1)).require_once()
    with pytest.raises(NotOnce, match="4 calls are unasked for"):
        account(calls(0, 7), range(1)).require_once()
    with pytest.raises(NotOnce, match="1 calls are of another length"):
        account([Arrived(first.call, first.job, first.at, first.size + 1), *others], range(1)).require_once()


def test_an_event_is_an_order_of_about_2_kb_that_the_hub_understands() -> None:
    raw = raw_event(41)
    placed = read_fact(read_event(raw))

    assert 1900 <= len(raw) <= 2200
    assert isinstance(placed, OrderPlaced)
    assert [job.id for job in placed.order.jobs] == [number_of(41)]


def test_what_a_process_spends_counts_from_the_first_look_on() -> None:
    own = psutil.Process(os.getpid())
    before = cpu_seconds([own])
    spending = Spending({"own": [own]})

    while cpu_seconds([own]) < before + 0.1:  # by the system's ticks, of 10 ms
        pass
    spending.look()

    assert 0 < spending.cpu("own") <= cpu_seconds([own]) - before + 0.001
    assert spending.peak("own") > 2**20


def test_every_contender_is_named_once() -> None:
    assert len(set(NAMES)) == len(NAMES) == 4
