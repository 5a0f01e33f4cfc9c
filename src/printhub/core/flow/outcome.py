"""Station: writes what an attempt came to - delivery, statuses, siblings, successors - in one transaction."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from printhub.core.channels.channel import Told, Turn
from printhub.core.flow import bounces, cancel, chain, history, holds, messages, signs, stops, texting
from printhub.core.flow.claim import Claim, Purpose
from printhub.core.flow.decision import Crash, Result, Verdict, judge, judge_finding
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.errors import AdapterError, Misconfigured, Rejected
from printhub.core.model.reports import Absent, CannotTell, Finding, Found, Outcome, Report
from printhub.core.model.statuses import JobStatus
from printhub.core.model.suppression import SuppressionCause
from printhub.core.model.verbs import Kind, Verb
from printhub.core.notifications.subject import called
from printhub.core.store import deliveries as rows
from printhub.core.store.store import Tx

Turned = tuple[Delivery, Turn]

_WAITING = (DeliveryState.ACCEPTED, DeliveryState.WAITING_ACTION)
_DONE = str(Outcome.DONE)
_AWAITED = {
    Purpose.CALL: (DeliveryState.RUNNING, DeliveryState.UNKNOWN),
    Purpose.LOOKUP: (DeliveryState.UNKNOWN, DeliveryState.ACCEPTED),
}
"""The states in which a delivery waits for what its attempt brings."""


@dataclass(frozen=True, slots=True)
class Attempted:
    """One finished attempt: what was claimed, how it ended, and what went over the wire (redacted)."""

    claim: Claim
    result: Result | Finding
    began_at: datetime
    ended_at: datetime
    sent: tuple[str, ...] = ()
    exchanges: list[dict[str, Any]] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """How it ended, in one word: that of its report, else the name of the error or finding."""
        return _word(self.result)

    @property
    def went_well(self) -> bool:
        """Whether the partner answered what it was asked."""
        return isinstance(self.result, Report | Found | Absent)


def conclude(dossier: Dossier | None, attempted: Attempted, rules: Rules, tx: Tx) -> None:
    """Apply a finished attempt. One that carries an old fence is kept as evidence and changes nothing."""
    claim = attempted.claim
    known = dossier.deliveries.get(claim.delivery.id) if dossier else rows.get(tx, claim.delivery.id)
    stale = known is None or known.fence != claim.fence
    overtaken = known is not None and known.state not in _AWAITED[claim.purpose]
    if known is not None and known.worker != claim.delivery.worker and rows.is_concluded(tx, known.id, claim.fence):
        return  # written already, by a commit whose answer was lost
    _keep(tx, attempted, rules, stale=stale or overtaken)
    if known is None or stale:
        return
    if overtaken:  # a callback or a person was quicker than the lookup
        _put(tx, dossier, replace(known, worker=None, asking=False))
        return
    instance = rules.instances[known.instance]
    effect = rules.effect(known)
    now = rules.now()
    known = replace(known, sent=tuple(dict.fromkeys((*known.sent, *attempted.sent))))
    result = attempted.result
    if isinstance(result, Found | Absent | CannotTell) or (
        claim.purpose is Purpose.LOOKUP and not isinstance(result, Report)
    ):
        verdict = judge_finding(known, result, instance.settings, effect, now)
    else:
        verdict = judge(known, result, instance.settings, effect, now)
    stops.learn(tx, rules, instance, known.storefront, verdict)
    if dossier is not None and isinstance(result, Rejected) and (result.dead or result.opted_out):
        cause = SuppressionCause.OPT_OUT if result.opted_out else SuppressionCause.HARD_BOUNCE
        bounces.suppress_recipient(tx, rules, dossier, known, cause, "refused at once")
    if dossier is None:
        rows.save(tx, verdict.delivery)
    else:
        settle(dossier, verdict, rules)


def _put(tx: Tx, dossier: Dossier | None, delivery: Delivery) -> None:
    if dossier is None:
        rows.save(tx, delivery)
    else:
        dossier.put(delivery)


def settle(dossier: Dossier, verdict: Verdict, rules: Rules, *, origin: Origin | None = None) -> None:
    """Write a verdict into a dossier: the delivery, its siblings, all statuses, and what may go now."""
    before = dossier.deliveries.get(verdict.delivery.id, verdict.delivery)
    delivery = dossier.put(verdict.delivery)
    _set_timers(dossier, verdict)
    # A partner that says "accepted" again has said nothing new.
    news = before.state is not delivery.state or delivery.state not in _WAITING
    turned: list[Turned] = [(delivery, verdict.turn)] if verdict.turn and news else []
    turned += _siblings(dossier, before, verdict, rules)
    channel = rules.channel(delivery.kind)
    written = origin or Origin(by=f"instance:{delivery.instance}")
    if verdict.turn and verdict.available and news and written.by == f"instance:{delivery.instance}":
        signs.heard(dossier, delivery.instance, rules)
    for item, turn in sorted(turned, key=lambda pair: channel.verbs.index(pair[0].verb)):
        was_accepted = before.state is DeliveryState.ACCEPTED and turn is Turn.DONE
        known = {t.status for t in channel.statuses(item.verb, Turn.ACCEPTED, "")} if was_accepted else set()
        for told in channel.statuses(item.verb, turn, verdict.detail):
            if told.status not in known:  # what was written when it was accepted is not written twice
                messages.tell(dossier, item, rules, told, _about(written, item, channel.verbs.index(item.verb)))
    if verdict.turn is Turn.BOUNCED and news and delivery.kind is Kind.EMAIL:
        dossier.timers[(TimerKind.BOUNCE, str(delivery.id))] = rules.now()
    bounces.go_on(dossier, dossier.deliveries[delivery.id], rules)
    if verdict.elsewhere and before.state not in messages.SENT:
        messages.fall_back(dossier, delivery, rules)
    if verdict.needs_person:
        text = f"what became of {called(delivery)} at {delivery.instance} is for a person to settle: {delivery.reason}"
        history.notify_staff(dossier, "needs_settling", text, instance=delivery.instance)
    if verdict.report is not None:
        _note_reference(dossier, delivery)
        progress(dossier, delivery, verdict.report, rules)
    if delivery.verb is Verb.CANCEL and delivery.state is DeliveryState.DONE:
        cancel.confirmed(dossier, delivery, rules)
    cancel.recheck(dossier, rules, event_id=delivery.event_id)
    holds.recheck(dossier, rules)


def progress(dossier: Dossier, delivery: Delivery, report: Report, rules: Rules) -> None:
    """Add the further statuses that a report tells of; those that the kind may not report become staff notices.

    The same report may be read again and again by lookups: what this delivery told before is not told twice.
    """
    allowed = rules.channel(delivery.kind).reportable
    known = {(e.status, e.label, e.at) for e in dossier.history if e.delivery_id == delivery.id}
    written = len(dossier.history)
    timeless = {(status, label) for status, label, _ in known}
    for item in report.progress:
        if item.status not in allowed:
            refuse_status(dossier, delivery.instance, item.status)
        elif (item.status, item.label, item.at) in known or (item.at is None and (item.status, item.label) in timeless):
            continue
        elif item.at is None:
            origin = Origin(by=f"instance:{delivery.instance}", delivery_id=delivery.id)
            history.append(dossier, rules, Told(item.status, item.label, item.detail), origin)
        else:
            origin = Origin(
                by=f"instance:{delivery.instance}",
                source=f"urn:printhub:instance:{delivery.instance}",
                source_id=f"{delivery.id}:{item.status}:{item.at.isoformat()}",
                at=item.at,
                delivery_id=delivery.id,
            )
            history.append(dossier, rules, Told(item.status, item.label, item.detail), origin)
    if len(dossier.history) > written:
        signs.heard(dossier, delivery.instance, rules)


def refuse_status(dossier: Dossier, instance: str, status: JobStatus) -> None:
    """Leave a status out that an adapter of this kind may not report, and say so to staff."""
    text = f"{instance} reported {status}, which an adapter of its kind may not report"
    history.notify_staff(dossier, "status_refused", text, instance=instance)


def _siblings(dossier: Dossier, before: Delivery, verdict: Verdict, rules: Rules) -> list[Turned]:
    delivery, report = verdict.delivery, verdict.report
    turned: list[Turned] = []
    if report is not None and report.covers and delivery.state in (DeliveryState.DONE, DeliveryState.ACCEPTED):
        for sibling in chain.covered(dossier, delivery, report.covers, rules):
            settled = chain.settle_sibling(dossier, sibling, delivery.state, delivery)
            dossier.drop_timers(settled)
            turned.append((settled, Turn.DONE if delivery.state is DeliveryState.DONE else Turn.ACCEPTED))
    # One answer settles all that an accepted report covered, and a late error takes back what a done one covered.
    if delivery.state in (DeliveryState.DONE, DeliveryState.FAILED):
        open_ = {DeliveryState.ACCEPTED} | ({DeliveryState.DONE} if before.state is DeliveryState.DONE else set())
        covered = chain.settled_with(dossier, delivery, rules)
        open_siblings = [s for s in covered if s.state in open_ and s.state is not delivery.state]
        turned += [_settle_with(dossier, sibling, verdict) for sibling in open_siblings]
    return turned


def _settle_with(dossier: Dossier, sibling: Delivery, verdict: Verdict) -> Turned:
    delivery = verdict.delivery
    settled = replace(
        sibling,
        state=delivery.state,
        reason=verdict.detail,
        fingerprint=delivery.fingerprint,
        next_at=None,
        asking=False,
    )
    dossier.drop_timers(settled)
    turn = Turn.DONE if delivery.state is DeliveryState.DONE else Turn.FAILED
    return dossier.put(settled), turn


def _note_reference(dossier: Dossier, delivery: Delivery) -> None:
    if delivery.reference:
        dossier.references.append((delivery.instance, delivery.reference, delivery.id, dossier.job.epoch))


def _set_timers(dossier: Dossier, verdict: Verdict) -> None:
    id_ = str(verdict.delivery.id)
    dossier.timers[(TimerKind.RETRY, id_)] = verdict.retry_at
    dossier.timers[(TimerKind.ASK, id_)] = verdict.ask_at


def _about(origin: Origin, delivery: Delivery, rank: int) -> Origin:
    # Entries of one moment and one source are ordered by their ids: here in the order of the verbs.
    suffix = f"/{rank}:{delivery.verb}" if origin.source_id else ""
    return replace(origin, delivery_id=delivery.id, source_id=origin.source_id + suffix)


def _keep(tx: Tx, attempted: Attempted, rules: Rules, *, stale: bool) -> None:
    result = attempted.result
    rows.add_attempt(
        tx,
        {
            "id": rules.new_id(),
            "delivery_id": attempted.claim.delivery.id,
            "number": attempted.claim.delivery.attempts,
            "purpose": attempted.claim.purpose,
            "worker": attempted.claim.delivery.worker,
            "fence": attempted.claim.fence,
            "began_at": attempted.began_at,
            "ended_at": attempted.ended_at,
            "outcome": attempted.outcome,
            "detail": _detail(result),
            "stale": stale,
            "exchanges": attempted.exchanges,
            "segments": texting.segments_taken(tx, attempted.claim.delivery) if attempted.outcome == _DONE else 0,
        },
    )


def _word(result: Result | Finding) -> str:
    if isinstance(result, Report):
        return str(result.outcome)
    kind = Misconfigured if isinstance(result, Misconfigured) else type(result)
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in kind.__name__).strip("_")


def _detail(result: Result | Finding) -> str:
    match result:
        case Report() | AdapterError() | Crash():
            return result.detail
        case Found(report):
            return report.detail
        case CannotTell(why):
            return why
        case _:
            return ""
