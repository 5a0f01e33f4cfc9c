"""The kinds: one channel each, and what the engine may expect of it."""

import pytest

from printhub import EmailAdapter, FileAdapter, MisAdapter, PaymentAdapter, SmsAdapter, StatusAdapter
from printhub.core.channels.catalogue import all_channels
from printhub.core.channels.channel import Channel, Material, Occasion, Turn
from printhub.core.model.adapter import Adapter, AdapterConfig, has_verb
from printhub.core.model.jobs import ProductType
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Kind, Mode, Verb
from tests.unit.channels.known import a_job, declared

CHANNELS = {channel.kind: channel for channel in all_channels()}
ADAPTERS: dict[Kind, type[Adapter[AdapterConfig]]] = {
    Kind.MIS: MisAdapter,
    Kind.EMAIL: EmailAdapter,
    Kind.SMS: SmsAdapter,
    Kind.PAYMENT: PaymentAdapter,
    Kind.FILE: FileAdapter,
    Kind.STATUS: StatusAdapter,
}
each_channel = pytest.mark.parametrize("channel", CHANNELS.values(), ids=list(CHANNELS))


def test_every_kind_has_one_channel() -> None:
    assert set(CHANNELS) == set(Kind)
    assert len(all_channels()) == len(Kind)


@pytest.mark.parametrize(
    ("kind", "verbs"),
    [
        (Kind.MIS, (Verb.NOTIFY, Verb.MANIFEST, Verb.ASSETS, Verb.UPDATE, Verb.CANCEL)),
        (Kind.EMAIL, (Verb.SEND,)),
        (Kind.SMS, (Verb.SEND,)),
        (Kind.PAYMENT, (Verb.REFUND, Verb.VOID)),
        (Kind.FILE, (Verb.PLACE,)),
        (Kind.STATUS, (Verb.PUBLISH,)),
    ],
)
def test_a_kind_has_its_verbs_in_the_order_of_their_statuses(kind: Kind, verbs: tuple[Verb, ...]) -> None:
    assert CHANNELS[kind].verbs == verbs


@pytest.mark.parametrize(("kind", "adapter"), ADAPTERS.items())
def test_an_adapter_class_is_of_its_kind_and_demands_no_verb_but_its_own(
    kind: Kind, adapter: type[Adapter[AdapterConfig]]
) -> None:
    assert adapter.kind is kind
    demanded = {verb for verb in Verb if has_verb(adapter, verb)}
    assert demanded
    assert demanded <= set(CHANNELS[kind].verbs)


def test_notify_is_all_that_every_mis_has() -> None:
    assert [verb for verb in Verb if has_verb(MisAdapter, verb)] == [Verb.NOTIFY]
    assert not has_verb(MisAdapter, "lookup")


@pytest.mark.parametrize("verb", Verb)
def test_only_what_brings_a_job_into_production_waits_for_its_holds(verb: Verb) -> None:
    held = any(verb in channel.held for channel in all_channels())
    assert held == (verb in (Verb.NOTIFY, Verb.MANIFEST, Verb.ASSETS, Verb.PLACE))


@each_channel
def test_only_statuses_are_told_in_order(channel: Channel) -> None:
    assert channel.ordered_lane == (channel.kind is Kind.STATUS)


@each_channel
def test_only_a_mis_reports_statuses_by_itself(channel: Channel) -> None:
    assert bool(channel.reportable) == (channel.kind is Kind.MIS)


@pytest.mark.parametrize("status", JobStatus)
def test_a_mis_reports_production_and_its_own_progress_but_neither_the_hubs_verdicts_nor_others(
    status: JobStatus,
) -> None:
    may = (
        "MisManifested MisOrderProcessed MisAdditionalActionRequired MisAssetsOk CustomStatus CustomStatusHidden "
        "InProduction InArtworking InReprographics InFinishing InPacking Printed Shipped ReadyForCollection"
    )
    assert (status in CHANNELS[Kind.MIS].reportable) == (status.value in may.split())


@each_channel
def test_only_a_mis_chain_can_fail_in_part(channel: Channel) -> None:
    assert channel.partial is (JobStatus.MIS_PARTIALLY_FAILED if channel.kind is Kind.MIS else None)


# --- statuses never feed themselves ---------------------------------------------------------------------------


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("turn", Turn)
def test_telling_a_status_never_writes_one(verb: Verb, turn: Turn) -> None:
    assert not CHANNELS[Kind.STATUS].statuses(verb, turn, "any")


@each_channel
def test_a_written_status_is_published_and_nothing_else_follows_from_it(channel: Channel) -> None:
    instance = declared(*channel.verbs, kind=channel.kind)
    planned = channel.plan(Occasion.STATUS_WRITTEN, a_job(), "change-7", instance)
    expected = [(Verb.PUBLISH, "change-7")] if channel.kind is Kind.STATUS else []
    assert [(item.verb, item.subject) for item in planned] == expected


@pytest.mark.parametrize("occasion", [Occasion.ORDERED, Occasion.CHANGED, Occasion.CANCELLED])
def test_a_status_instance_is_told_of_entries_only(occasion: Occasion) -> None:
    instance = declared(Verb.PUBLISH, kind=Kind.STATUS)
    assert not CHANNELS[Kind.STATUS].plan(occasion, a_job(), "event-1", instance)


def test_all_entries_of_a_job_share_one_lane() -> None:
    instance = declared(Verb.PUBLISH, kind=Kind.STATUS)
    channel = CHANNELS[Kind.STATUS]
    [first] = channel.plan(Occasion.STATUS_WRITTEN, a_job(), "change-1", instance)
    [second] = channel.plan(Occasion.STATUS_WRITTEN, a_job(), "change-2", instance)
    [other] = channel.plan(Occasion.STATUS_WRITTEN, a_job(number="J-2"), "change-3", instance)
    assert first.lane == second.lane != other.lane


# --- hot folders, messages and money --------------------------------------------------------------------------


@pytest.mark.parametrize("product_type", ProductType)
def test_the_files_of_an_ordered_job_are_placed_unless_it_has_none(product_type: ProductType) -> None:
    instance = declared(Verb.PLACE, kind=Kind.FILE)
    planned = CHANNELS[Kind.FILE].plan(Occasion.ORDERED, a_job(product_type), "event-1", instance)
    expected = [] if product_type is ProductType.ORDINARY else [(Verb.PLACE, "J-1")]
    assert [(item.verb, item.subject) for item in planned] == expected


@pytest.mark.parametrize("occasion", [Occasion.CHANGED, Occasion.CANCELLED])
def test_a_placed_file_is_neither_changed_nor_taken_back(occasion: Occasion) -> None:
    instance = declared(Verb.PLACE, kind=Kind.FILE)
    assert not CHANNELS[Kind.FILE].plan(occasion, a_job(), "event-1", instance)


@pytest.mark.parametrize("kind", [Kind.EMAIL, Kind.SMS, Kind.PAYMENT])
@pytest.mark.parametrize("occasion", Occasion)
def test_no_message_goes_and_no_money_moves_because_a_job_changed(kind: Kind, occasion: Occasion) -> None:
    assert not CHANNELS[kind].plan(occasion, a_job(), "event-1", declared(*CHANNELS[kind].verbs, kind=kind))


def test_a_refund_is_made_before_it_is_planned() -> None:
    channel = CHANNELS[Kind.PAYMENT]
    for verb in channel.verbs:
        with pytest.raises(ValueError, match=f"payment.{verb}"):
            channel.compose(verb, Material(storefront="acme", mode=Mode.LIVE, job=a_job()))


@pytest.mark.parametrize("kind", [Kind.EMAIL, Kind.SMS])
def test_a_message_is_made_of_its_draft_and_its_words(kind: Kind) -> None:
    with pytest.raises(ValueError, match="draft and its words"):
        CHANNELS[kind].compose(Verb.SEND, Material(storefront="acme", mode=Mode.LIVE, job=a_job()))
