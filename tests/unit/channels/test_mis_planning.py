"""Which calls to a MIS are planned, and which has to come first."""

from itertools import combinations
from typing import Any

import pytest

from printhub.core.channels.channel import Declared, Occasion, Planned
from printhub.core.channels.mis.channel import MisChannel
from printhub.core.model.jobs import ProductType
from printhub.core.model.known import JobRecord
from printhub.core.model.verbs import Verb
from tests.unit.channels.known import a_job, declared

CHAIN = (Verb.NOTIFY, Verb.MANIFEST, Verb.ASSETS)
ALL = (*CHAIN, Verb.UPDATE, Verb.CANCEL)
CLASSES = [verbs for size in range(len(ALL) + 1) for verbs in combinations(ALL, size)]


def plan(occasion: Occasion, instance: Declared, job: JobRecord | None = None) -> list[Planned]:
    return list(MisChannel().plan(occasion, job or a_job(), "event-1", instance))


def chain(instance: Declared, job: JobRecord | None = None) -> dict[Verb, tuple[Verb, ...]]:
    """The planned chain: each verb with those that come first."""
    return {item.verb: item.after for item in plan(Occasion.ORDERED, instance, job)}


@pytest.mark.parametrize("verbs", CLASSES, ids=lambda verbs: "+".join(verbs) or "nothing")
def test_the_chain_has_the_verbs_that_the_class_has(verbs: tuple[Verb, ...]) -> None:
    assert list(chain(declared(*verbs))) == [verb for verb in CHAIN if verb in verbs]


@pytest.mark.parametrize("product_type", ProductType)
def test_an_ordinary_job_gets_no_assets_and_every_other_one_does(product_type: ProductType) -> None:
    planned = chain(declared(*ALL), a_job(product_type))
    assert (Verb.ASSETS in planned) == (product_type is not ProductType.ORDINARY)
    assert Verb.NOTIFY in planned
    assert Verb.MANIFEST in planned


# --- what comes first -----------------------------------------------------------------------------------------


def test_manifest_and_assets_wait_for_notify_and_not_for_each_other() -> None:
    assert chain(declared(*CHAIN)) == {
        Verb.NOTIFY: (),
        Verb.MANIFEST: (Verb.NOTIFY,),
        Verb.ASSETS: (Verb.NOTIFY,),
    }


def test_assets_wait_for_the_manifest_where_the_instance_says_so() -> None:
    assert chain(declared(*CHAIN, assets_after_manifest=True)) == {
        Verb.NOTIFY: (),
        Verb.MANIFEST: (Verb.NOTIFY,),
        Verb.ASSETS: (Verb.NOTIFY, Verb.MANIFEST),
    }


def test_assets_do_not_wait_for_a_manifest_that_the_class_does_not_have() -> None:
    assert chain(declared(Verb.NOTIFY, Verb.ASSETS, assets_after_manifest=True)) == {
        Verb.NOTIFY: (),
        Verb.ASSETS: (Verb.NOTIFY,),
    }


def test_an_instance_may_put_the_assets_first() -> None:
    assert chain(declared(*CHAIN, assets_first=True)) == {
        Verb.NOTIFY: (Verb.ASSETS,),
        Verb.MANIFEST: (Verb.NOTIFY,),
        Verb.ASSETS: (),
    }


def test_where_the_class_has_no_assets_they_cannot_come_first() -> None:
    assert chain(declared(Verb.NOTIFY, Verb.MANIFEST, assets_first=True)) == {
        Verb.NOTIFY: (),
        Verb.MANIFEST: (Verb.NOTIFY,),
    }


@pytest.mark.parametrize("assets_first", [False, True])
@pytest.mark.parametrize("assets_after_manifest", [False, True])
@pytest.mark.parametrize("verbs", CLASSES, ids=lambda verbs: "+".join(verbs) or "nothing")
def test_no_chain_waits_in_a_circle(verbs: tuple[Verb, ...], assets_first: bool, assets_after_manifest: bool) -> None:
    waiting = chain(declared(*verbs, assets_first=assets_first, assets_after_manifest=assets_after_manifest))
    gone: set[Verb] = set()
    for _ in CHAIN:
        gone |= {
            verb for verb, after in waiting.items() if all(first in gone or first not in waiting for first in after)
        }
    assert gone == set(waiting)


# --- subjects and lanes ---------------------------------------------------------------------------------------


def test_the_whole_chain_is_about_the_job_and_in_its_lane() -> None:
    planned = plan(Occasion.ORDERED, declared(*ALL))
    assert {item.subject for item in planned} == {"J-1"}
    assert len({item.lane for item in planned}) == 1


@pytest.mark.parametrize("changed", [{"number": "J-2"}, {"storefront": "other"}])
def test_another_job_or_storefront_has_another_lane(changed: dict[str, Any]) -> None:
    [here] = plan(Occasion.ORDERED, declared(Verb.NOTIFY))
    [there] = plan(Occasion.ORDERED, declared(Verb.NOTIFY), a_job(**changed))
    assert here.lane != there.lane


@pytest.mark.parametrize(("occasion", "verb"), [(Occasion.CHANGED, Verb.UPDATE), (Occasion.CANCELLED, Verb.CANCEL)])
def test_a_change_or_cancellation_is_about_its_cause_and_in_the_jobs_lane(occasion: Occasion, verb: Verb) -> None:
    [planned] = plan(occasion, declared(*ALL))
    [other] = MisChannel().plan(occasion, a_job(), "event-2", declared(*ALL))
    assert planned.verb is verb
    assert planned.subject != other.subject
    assert planned.lane == plan(Occasion.ORDERED, declared(*ALL))[0].lane


@pytest.mark.parametrize("occasion", [Occasion.CHANGED, Occasion.CANCELLED, Occasion.STATUS_WRITTEN])
def test_what_the_class_cannot_do_is_not_planned(occasion: Occasion) -> None:
    assert plan(occasion, declared(*CHAIN)) == []


def test_a_change_never_plans_a_second_notify() -> None:
    assert [item.verb for item in plan(Occasion.CHANGED, declared(*ALL))] == [Verb.UPDATE]
