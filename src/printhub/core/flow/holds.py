"""Station: finds what stands in the way of each delivery, and lets go what nothing holds any more."""

from dataclasses import replace

from printhub.core.flow import chain, schedule
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState, Obstacle, ObstacleKind
from printhub.core.model.dossier import Dossier
from printhub.core.model.jobs import JobApproval
from printhub.core.model.known import FileState, OrderRecord, OutputState, to_print, unapproved
from printhub.core.model.orders import PaymentStatus
from printhub.core.model.verbs import Mode, Verb
from printhub.core.settings import ProductionOn

_UNPAID = {
    ProductionOn.PAID: {
        PaymentStatus.PENDING,
        PaymentStatus.PROCESSING,
        PaymentStatus.AUTHORIZED,
        PaymentStatus.VOIDED,
    },
    ProductionOn.AUTHORIZED: {PaymentStatus.PENDING, PaymentStatus.PROCESSING, PaymentStatus.VOIDED},
    ProductionOn.INVOICE: {PaymentStatus.VOIDED},
}
_REMEDY = (
    'put right what is wrong, then `printhub files fetch --job {job} --why "…"`; or the storefront sends them again'
)


def recheck(dossier: Dossier, rules: Rules) -> None:
    """Look at all that is held or ready: hold what has an obstacle, let go what has none, end what lost its way."""
    settled = False
    while not settled:
        settled = True
        for delivery in list(dossier.deliveries.values()):
            if delivery.state in (DeliveryState.HELD, DeliveryState.READY):
                looked_at = look_at(dossier, delivery, rules)
                if looked_at != delivery:
                    dossier.put(looked_at)
                    if looked_at.verb is Verb.UPDATE and looked_at.state is DeliveryState.OBSOLETE:
                        chain.say_it_in_the_call(dossier, looked_at, rules)
                    settled = settled and not looked_at.state.is_end


def look_at(dossier: Dossier, delivery: Delivery, rules: Rules) -> Delivery:
    """The delivery as it should be: held with its obstacles, ready, or at the end that its predecessor came to."""
    end = chain.inherited_end(dossier, delivery, rules)
    if end is not None:
        why = "the partner was never told" if end is DeliveryState.OBSOLETE else f"its predecessor is {end}"
        return replace(delivery, state=end, obstacles=(), reason=why, next_at=None)
    found = obstacles(dossier, delivery, rules)
    if found:
        reason = "; ".join(obstacle.detail for obstacle in found)
        return replace(delivery, state=DeliveryState.HELD, obstacles=found, reason=reason, announced_at=None)
    if delivery.state is DeliveryState.READY and not delivery.obstacles:
        return delivery
    return replace(delivery, state=DeliveryState.READY, obstacles=(), reason="", announced_at=None)


def obstacles(dossier: Dossier, delivery: Delivery, rules: Rules) -> tuple[Obstacle, ...]:
    """Everything that stands in the delivery's way, holds of the job first."""
    found: list[Obstacle] = []
    held = delivery.verb in rules.channel(delivery.kind).held
    if held:
        found += holds(dossier, rules)
        found += chain.obstacles(dossier, delivery, rules)
        found += _files(dossier)
    if delivery.verb is Verb.UPDATE:
        found += chain.in_doubt(dossier, delivery)
    if of_other_mode(dossier, delivery, rules):
        other = rules.instances[delivery.instance].settings.mode
        detail = f"a {dossier.job.mode} job never goes to the {other} instance {delivery.instance}"
        found.append(Obstacle(ObstacleKind.TEST_LIVE, detail=detail))
    return tuple(found)


def of_other_mode(dossier: Dossier, delivery: Delivery, rules: Rules) -> bool:
    """Whether the job is a live one and the instance's credentials are for tests, or the reverse."""
    instance = rules.instances.get(delivery.instance)
    return instance is not None and instance.settings.mode is not dossier.job.mode


def holds(dossier: Dossier, rules: Rules) -> list[Obstacle]:
    """What keeps the whole job in the house."""
    job, order = dossier.job, dossier.order
    found: list[Obstacle] = []
    if job.blocked:
        found.append(Obstacle(ObstacleKind.BLOCKED, detail="the job is blocked; an operator releases it"))
    if order is not None:
        found += _unpaid(order, rules)
    if unapproved(job, order):
        word = "rejected and not resubmitted" if job.approval is JobApproval.REJECTED else "not approved"
        found.append(Obstacle(ObstacleKind.UNAPPROVED, detail=f"the job is {word}"))
    if order is not None and order.release_at is not None and order.release_at > rules.now():
        zone = rules.storefront(order.storefront).time_zone
        detail = f"the order is scheduled for {schedule.in_zone(order.release_at, zone)}"
        found.append(Obstacle(ObstacleKind.FUTURE, detail=detail))
    found += [
        Obstacle(ObstacleKind.AWAITING, matter, f"the job waits for its {matter}") for matter in sorted(job.awaiting)
    ]
    if job.product_type.prints and job.output is not OutputState.CREATED:
        found.append(Obstacle(ObstacleKind.NO_OUTPUT, detail=f"the print-ready output is not there: {job.output}"))
    return found


def _unpaid(order: OrderRecord, rules: Rules) -> list[Obstacle]:
    rule = rules.storefront(order.storefront).production_on
    counts = not (order.test_payment and order.mode is Mode.LIVE)
    status = order.payment_status
    if not counts and status is not PaymentStatus.VOIDED:
        status = PaymentStatus.PENDING
    if order.total.amount == 0 or status not in _UNPAID[rule]:
        return []
    why = f"the payment is {order.payment_status}" if counts else "a test payment lifts nothing on a live order"
    return [Obstacle(ObstacleKind.UNPAID, detail=f"{why}; this storefront produces on {rule}")]


def _files(dossier: Dossier) -> list[Obstacle]:
    job = dossier.job
    if not job.product_type.prints or job.output is not OutputState.CREATED:
        return []
    files = to_print(dossier.files.values())
    found = []
    failed = [file for file in files if file.state is FileState.FAILED]
    coming = [file for file in files if file.state in (FileState.EXPECTED, FileState.FETCHING)]
    cleared = [file for file in files if file.state is FileState.CLEARED]
    if failed:
        reasons = "; ".join(f"{file.name}: {file.reason.rstrip('.')}" for file in failed)
        remedy = _REMEDY.format(job=job.number)
        found.append(Obstacle(ObstacleKind.FILES, "failed", f"files could not be fetched: {reasons}; {remedy}"))
    if coming:
        names = ", ".join(f"{f.name} (at the last try: {f.reason.rstrip('.')})" if f.reason else f.name for f in coming)
        found.append(Obstacle(ObstacleKind.FILES, "expected", f"files are still to be fetched: {names}"))
    if cleared:
        remedy = f'`printhub reopen {job.number} --why "…"` asks the storefront for them again'
        found.append(Obstacle(ObstacleKind.FILES, "cleared", f"the working folder was cleared; {remedy}"))
    covered = {file.part for file in files}
    bare = [part.id for part in job.parts if part.id not in covered] if None not in covered else []
    if bare or not files:
        what = f"no file for part {', '.join(bare)}" if bare else "the output was announced without any file"
        found.append(Obstacle(ObstacleKind.FILES, "missing", what))
    return found
