"""What a result makes of a delivery, as a pure function: every result in every state that can bring one."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printhub.core.flow.decision import Crash, Result, judge, judge_finding, unsettled
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Rejected, Scope, Unavailable
from printhub.core.model.reports import Absent, CannotTell, Finding, Found, Report
from printhub.core.model.verbs import Effect, Kind, Mode, Verb
from printhub.core.settings import InstanceSettings
from printhub.testing.clock import START

SETTINGS = InstanceSettings.model_validate({"adapter": "mis", "mode": Mode.TEST, "retry": {"jitter": 0.0}})
S = DeliveryState


def running(state: DeliveryState = S.RUNNING, **changes: object) -> Delivery:
    facts: dict[str, object] = {
        "id": UUID(int=1),
        "seq": 1,
        "storefront": "shop",
        "instance": "mis",
        "kind": Kind.MIS,
        "verb": Verb.NOTIFY,
        "subject": "J1",
        "run": 1,
        "lane": "mis/shop/J1",
        "state": state,
        "created_at": START,
        "worker": UUID(int=2),
        "fence": 3,
        "attempts": 1,
        "first_attempt_at": START,
        "asking": state is not S.RUNNING,
    }
    return Delivery(**(facts | changes))  # type: ignore[arg-type] # facts of many types


EFFECTS = st.sampled_from([Effect.BLIND, Effect.KEYED, Effect.LOOKUP, Effect.KEYED | Effect.LOOKUP])
REPORTS = st.sampled_from(
    [
        Report.done("R"),
        Report.accepted("R"),
        Report.action_required("confirm"),
        Report.partial(frozenset({"p1"}), "the rest failed"),
        Report.skipped("nothing to do"),
    ]
)
WAITS = st.none() | st.timedeltas(timedelta(), timedelta(days=30))
ERRORS = st.one_of(
    st.builds(Rejected, st.just("no")),
    st.builds(Unavailable, st.just("down"), WAITS),
    st.builds(Misconfigured, st.just("wrong"), st.sampled_from(Scope)),
    st.builds(OutcomeUnknown, st.just("lost")),
    st.builds(Crash, st.just("a fault"), st.booleans()),
)


@given(result=st.one_of(REPORTS, ERRORS), effect=EFFECTS, age=st.timedeltas(timedelta(), timedelta(days=3)))
def test_every_result_leaves_the_delivery_where_somebody_or_something_moves_it_on(
    result: Result, effect: Effect, age: timedelta
) -> None:
    verdict = judge(running(), result, SETTINGS, effect, START + age)

    _moves_on(verdict.delivery, effect, retry=verdict.retry_at is not None, ask=verdict.ask_at is not None)


@given(
    state=st.sampled_from([S.UNKNOWN, S.ACCEPTED]),
    finding=st.one_of(
        st.builds(Found, REPORTS), st.just(Found(Rejected("no"))), st.just(Absent()), st.just(CannotTell("why")), ERRORS
    ),
    effect=st.sampled_from([Effect.LOOKUP, Effect.KEYED | Effect.LOOKUP]),
    age=st.timedeltas(timedelta(), timedelta(days=3)),
)
def test_every_finding_does_too(
    state: DeliveryState, finding: Finding | Unavailable | Crash, effect: Effect, age: timedelta
) -> None:
    verdict = judge_finding(running(state), finding, SETTINGS, effect, START + age)

    _moves_on(verdict.delivery, effect, retry=verdict.retry_at is not None, ask=verdict.ask_at is not None)


def _moves_on(delivery: Delivery, effect: Effect, *, retry: bool, ask: bool) -> None:
    assert delivery.worker is None
    assert delivery.asking is False
    assert (delivery.state is S.RETRYING) is retry
    match delivery.state:
        case S.RETRYING:
            assert delivery.next_at is not None
            assert delivery.give_up_at is not None
            assert delivery.next_at <= delivery.give_up_at
        case S.UNKNOWN:
            assert ask or "a person has to settle it" in delivery.reason
        case S.ACCEPTED:
            assert ask or Effect.LOOKUP not in effect
        case S.WAITING_ACTION:
            assert delivery.reason
        case S.READY:
            assert delivery.announced_at is None
        case _:
            assert delivery.state.is_end


@pytest.mark.parametrize("effect", [Effect.BLIND, Effect.KEYED, Effect.LOOKUP])
@pytest.mark.parametrize("doubt", [OutcomeUnknown("lost"), Crash("a fault", sent=True)])
def test_a_doubtful_call_is_never_a_failure_and_never_goes_again_at_once(
    doubt: OutcomeUnknown | Crash, effect: Effect
) -> None:
    verdict = judge(running(), doubt, SETTINGS, effect, START)

    assert verdict.delivery.state is S.UNKNOWN
    assert verdict.delivery.harmless is False
    assert (verdict.ask_at is None) is (effect is Effect.BLIND)


CERTAINLY_NOT: list[Result] = [
    Rejected("no"),
    Unavailable("down"),
    Misconfigured("wrong"),
    Crash("a fault", sent=False),
    Report.action_required("confirm"),
]


@pytest.mark.parametrize("result", CERTAINLY_NOT)
def test_what_certainly_had_no_effect_may_be_composed_anew(result: Result) -> None:
    assert judge(running(), result, SETTINGS, Effect.BLIND, START).delivery.harmless


@pytest.mark.parametrize("result", CERTAINLY_NOT)
def test_what_may_have_had_one_before_never_becomes_harmless_again(result: Result) -> None:
    assert not judge(running(harmless=False), result, SETTINGS, Effect.KEYED, START).delivery.harmless


@pytest.mark.parametrize(
    ("age", "state"), [(timedelta(hours=23), S.READY), (timedelta(hours=24), S.UNKNOWN), (timedelta(days=9), S.UNKNOWN)]
)
def test_a_key_is_sent_again_only_within_its_life(age: timedelta, state: DeliveryState) -> None:
    """Counted from the first attempt: that is when the partner first saw the key."""
    judgements: list[Callable[[], Delivery]] = [
        lambda: unsettled(running(S.UNKNOWN), SETTINGS, Effect.KEYED, START + age).delivery,
        lambda: (
            judge_finding(
                running(S.UNKNOWN), CannotTell(), SETTINGS, Effect.KEYED | Effect.LOOKUP, START + age
            ).delivery
        ),
    ]
    assert {one().state for one in judgements} == {state}


def test_retrying_waits_as_long_as_the_partner_asks_and_no_shorter_than_the_schedule() -> None:
    for wait, expected in ((None, 10), (timedelta(seconds=1), 10), (timedelta(minutes=5), 300)):
        verdict = judge(running(), Unavailable("down", wait), SETTINGS, Effect.BLIND, START)
        assert verdict.retry_at == START + timedelta(seconds=expected)


def test_the_pauses_grow_and_the_last_one_repeats_until_the_last_time() -> None:
    delivery, now, pauses = running(), START, []
    while delivery.state is not S.FAILED:
        verdict = judge(delivery, Unavailable("down"), SETTINGS, Effect.BLIND, now)
        delivery = verdict.delivery
        if verdict.retry_at is not None:
            pauses.append(verdict.retry_at - now)
            now = verdict.retry_at
    assert pauses[: len(SETTINGS.retry.schedule)] == list(SETTINGS.retry.schedule)
    assert set(pauses[len(SETTINGS.retry.schedule) :]) <= {SETTINGS.retry.schedule[-1]}
    assert now - START <= SETTINGS.retry.give_up_after
    assert "given up after" in delivery.reason


@given(jitter=st.floats(0, 0.5))
def test_jitter_stays_within_its_share(jitter: float) -> None:
    settings = SETTINGS.model_copy(update={"retry": SETTINGS.retry.model_copy(update={"jitter": jitter})})
    verdict = judge(running(), Unavailable("down"), settings, Effect.BLIND, START)

    assert verdict.retry_at is not None
    pause = (verdict.retry_at - START).total_seconds()
    assert 10 * (1 - jitter) - 0.001 <= pause <= 10 * (1 + jitter) + 0.001
