"""Station: turns facts about one job into what is known of it, and into entries in its history."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from printhub.core.channels.channel import Occasion, Told
from printhub.core.flow import chain, filing, history, planning
from printhub.core.flow.case import Case, Statement, newer, stamped_job
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import HUB, Rules
from printhub.core.model.deliveries import Delivery, DeliveryState, reopened
from printhub.core.model.dossier import Dossier
from printhub.core.model.events import job as facts
from printhub.core.model.events.fact import Fact
from printhub.core.model.history import EpochReason
from printhub.core.model.jobs import Job, JobApproval, ProductType
from printhub.core.model.known import FileRole, JobRecord, OutputState
from printhub.core.model.orders import Shipment
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Kind, Mode, Verb

_AWAITING_STATUS = {
    "proof": JobStatus.AWAITING_PROOF,
    "data": JobStatus.AWAITING_DATA,
    "parts": JobStatus.AWAITING_PARTS,
}
_CHANGEABLE = ("quantity", "attributes", "product", "weight_grams")


def new_dossier(job: Job, mode: Mode, statement: Statement, rules: Rules) -> Dossier:
    """Open the dossier of a job that was not known before."""
    there = job.product_type is ProductType.STATIC or bool(job.output)
    record = JobRecord(
        id=rules.new_id(),
        storefront=statement.storefront,
        number=job.id,
        mode=mode,
        product_type=job.product_type,
        product=job.product,
        quantity=job.quantity,
        approval=job.approval,
        output=OutputState.CREATED if there else OutputState.EXPECTED,
        created_at=statement.received_at,
        attributes=job.attributes,
        parts=tuple(part.model_copy(update={"artwork": None}) for part in job.parts),
        weight_grams=job.weight_grams,
        line_price=job.line_price,
        parent=job.parent,
        external_reference=job.external_reference,
        delivered=job.product_type is not ProductType.CUSTOM,
        stamps=dict.fromkeys(("details", "approval", "output"), statement.stamp),
    )
    dossier = Dossier(record, None)
    for part in job.parts:
        if part.artwork is not None:
            filing.file(dossier, rules, part.artwork, FileRole.ARTWORK, part.id)
    for asset in job.artwork:
        filing.file(dossier, rules, asset, FileRole.ARTWORK)
    for asset in job.output:
        filing.file(dossier, rules, asset, FileRole.OUTPUT)
    return dossier


def restate(dossier: Dossier, job: Job, statement: Statement, rules: Rules) -> None:
    """State anew all that an order says of a job that lay in a basket before; newer facts stay as they are."""
    record = dossier.job
    if newer(record, "details", statement):
        record = replace(
            stamped_job(record, "details", statement),
            product_type=job.product_type,
            product=job.product,
            quantity=job.quantity,
            attributes=job.attributes,
            weight_grams=job.weight_grams,
            line_price=job.line_price,
            parts=tuple(part.model_copy(update={"artwork": None}) for part in job.parts),
            parent=job.parent,
            external_reference=job.external_reference,
            delivered=job.product_type is not ProductType.CUSTOM,
        )
    if newer(record, "approval", statement):
        record = replace(stamped_job(record, "approval", statement), approval=job.approval)
    brought = new_dossier(job, record.mode, statement, rules)
    if newer(record, "output", statement) and brought.files:
        record = replace(stamped_job(record, "output", statement), output=brought.job.output)
        for role in (FileRole.ARTWORK, FileRole.OUTPUT):
            filing.supersede(dossier, role, all_parts=True)
        for file in brought.files.values():
            dossier.put_file(replace(file, job_id=record.id))
        dossier.timers.update(brought.timers)
    dossier.job = record


def enter(dossier: Dossier, statement: Statement, rules: Rules) -> None:
    """Plan all that an ordered job gives rise to."""
    planning.plan(dossier, rules, Occasion.ORDERED, dossier.job.number, event_id=statement.event_id)
    job = dossier.job
    wants_folder = rules.storefront(job.storefront).hot_folders and job.product_type.prints and job.delivered
    if wants_folder and not planning.has_route(dossier, rules, Kind.FILE):
        told = Told(JobStatus.COPY_TO_HOT_FOLDER_SKIPPED, detail="no route leads this job to a hot folder")
        history.append(dossier, rules, told, Origin(by="hub", event_id=statement.event_id))


def block(dossier: Dossier, why: str, statement: Statement, rules: Rules) -> None:
    """Block the job, unless a release that is known already came after this.

    What an operator blocks stands, whatever the clock says of the storefront that released the job before.
    """
    history.append(dossier, rules, Told(JobStatus.BLOCKED, detail=why), statement.origin())
    released = dossier.job.stamps.get("released")
    if released is not None and statement.stamp < released and statement.source != HUB:
        history.release(dossier, rules, by=statement.by, why="released after it was blocked", until=released[0])


def mark_cancelled(dossier: Dossier, statement: Statement) -> None:
    """Note that the job is cancelled, which is final."""
    if not dossier.job.cancelled:
        dossier.job = replace(stamped_job(dossier.job, "cancelled", statement), cancelled=True)


def shipped(parcel: Shipment | None) -> Told:
    """The entry for a parcel that left."""
    words = [parcel.carrier, parcel.tracking_number, parcel.tracking_url] if parcel else []
    return Told(JobStatus.SHIPPED, detail=" ".join(word for word in words if word))


def tell_of_change(dossier: Dossier, what: str, statement: Statement, rules: Rules) -> None:
    """Pass changed data on where a partner was told the old: by an update, by a notice to staff, or by the call itself.

    A call that waits for an action goes again, composed anew; so does one that nothing can have come of yet.
    """
    if dossier.job.cancelled:
        return
    for name in dict.fromkeys(delivery.instance for delivery in dossier.deliveries.values()):
        members = [d for d in dossier.at(name) if d.verb in rules.channel(d.kind).held]
        for member in members:
            if member.state is DeliveryState.WAITING_ACTION:
                dossier.put(replace(reopened(member, anew=True), reason=f"changed: {what}"))
            elif member.harmless and member.message_id and member.state in chain.NOT_GONE:
                chain.compose_anew(dossier, member)
        told = perhaps_there(dossier, name, rules)
        if told:
            _update(dossier, told[0], what, statement, rules)


def perhaps_there(dossier: Dossier, instance: str, rules: Rules) -> list[Delivery]:
    """The calls that told an instance of the job, or may have."""
    found = [d for d in dossier.at(instance) if d.verb in rules.channel(d.kind).held]
    return [d for d in found if d.state in _PERHAPS_THERE or (d.state in chain.NOT_GONE and not d.harmless)]


def _update(dossier: Dossier, told: Delivery, what: str, statement: Statement, rules: Rules) -> None:
    instance = rules.instances.get(told.instance)
    cause = str(statement.event_id)
    for earlier in [d for d in dossier.at(told.instance) if d.verb is Verb.UPDATE and d.state in chain.NOT_GONE]:
        # A ticket is whole: the later one says all that the earlier would have said, and must not be overtaken by it.
        ended = replace(earlier, state=DeliveryState.OBSOLETE, reason="a later update says it all", next_at=None)
        dossier.put(replace(ended, obstacles=()))
        dossier.drop_timers(earlier)
    planned = instance and planning.plan_at(
        dossier, rules, instance, Occasion.CHANGED, cause, event_id=statement.event_id
    )
    if not planned:
        dossier.put(replace(told, reason=f"differs from what was sent: {what}"))
        text = f"{what} changed after {told.instance} was told, and {told.instance} takes no updates"
        history.notify_staff(dossier, "differs_from_what_was_sent", text, instance=told.instance)


def new_artwork(
    dossier: Dossier, statement: Statement, rules: Rules, part: str | None, name: str, put: Callable[[], object]
) -> None:
    """Take in new artwork of the job or of one part: `put` puts it on record, and the output has to be made again."""
    group = f"artwork.{part or ''}"
    if newer(dossier.job, group, statement):  # an older upload that comes late is in the history and nothing more
        dossier.job = stamped_job(dossier.job, group, statement)
        filing.supersede(dossier, FileRole.ARTWORK, part)
        put()
    if _set_output(dossier, OutputState.RECREATING, statement):
        # What was made of the artwork before must not be printed, nor what was made of all parts together.
        filing.supersede(dossier, FileRole.OUTPUT, part, all_parts=part is None)
        filing.supersede(dossier, FileRole.OUTPUT)
    tell_of_change(dossier, "artwork", statement, rules)
    history.append(dossier, rules, Told(JobStatus.ARTWORK_UPLOADED, detail=name), statement.origin())


def new_output(
    dossier: Dossier, statement: Statement, rules: Rules, put: Callable[[], object] | None, detail: str = ""
) -> None:
    """Take in new output: `put` puts it on record in place of the old; None where the artwork is the output."""
    if _set_output(dossier, OutputState.CREATED, statement) and put is not None:
        put()
        tell_of_change(dossier, "output", statement, rules)
    history.append(dossier, rules, Told(JobStatus.OUTPUT_CREATED, detail=detail), statement.origin())


_PERHAPS_THERE = (DeliveryState.DONE, DeliveryState.ACCEPTED, DeliveryState.RUNNING, DeliveryState.UNKNOWN)


def _created(case: Case, fact: facts.JobCreated, statement: Statement, rules: Rules) -> None:
    if case.dossiers:
        return  # told twice under a fresh id
    test = fact.test or rules.storefront(statement.storefront).mode is Mode.TEST
    dossier = new_dossier(fact.job, Mode.TEST if test else Mode.LIVE, statement, rules)
    dossier.job = replace(dossier.job, ordered=fact.ordered)
    case.dossiers.append(dossier)
    status = JobStatus.ORDERED if fact.ordered else JobStatus.IN_BASKET
    history.append(dossier, rules, Told(status), statement.origin(1))
    if fact.ordered:
        if rules.storefront(statement.storefront).block_on_checkout:
            why = "this storefront blocks every job on checkout"
            history.append(dossier, rules, Told(JobStatus.BLOCKED, detail=why), statement.origin(2))
        enter(dossier, statement, rules)


def _changed(case: Case, fact: facts.JobChanged, statement: Statement, rules: Rules) -> None:
    dossier = _only(case)
    job = dossier.job
    stated = [n for n in _CHANGEABLE if n in fact.model_fields_set and newer(job, f"details.{n}", statement)]
    changes = [name for name in stated if getattr(job, name) != getattr(fact, name)]
    for name in stated:
        job = stamped_job(job, f"details.{name}", statement)
    dossier.job = replace(job, **{name: getattr(fact, name) for name in stated})
    if changes:
        tell_of_change(dossier, ", ".join(changes), statement, rules)


def _cancelled(case: Case, fact: facts.JobCancelled, statement: Statement, rules: Rules) -> None:
    mark_cancelled(_only(case), statement)


def _approved(case: Case, fact: facts.JobApproved, statement: Statement, rules: Rules) -> None:
    if fact.matter is facts.Matter.PROOF:
        _await(case, "proof", statement, waits=False)
    else:
        _set_approval(case, JobApproval.APPROVED, statement)
    detail = "" if fact.matter is facts.Matter.ORDER else str(fact.matter)
    history.append(_only(case), rules, Told(JobStatus.APPROVED, detail=detail), statement.origin())


def _rejected(case: Case, fact: facts.JobRejected, statement: Statement, rules: Rules) -> None:
    _set_approval(case, JobApproval.REJECTED, statement)
    history.append(_only(case), rules, Told(JobStatus.REJECTED, detail=fact.why), statement.origin())


def _approval_requested(case: Case, fact: Fact, statement: Statement, rules: Rules) -> None:
    _set_approval(case, JobApproval.AWAITING, statement)
    history.append(_only(case), rules, Told(JobStatus.AWAITING_APPROVAL), statement.origin())


def _set_approval(case: Case, approval: JobApproval, statement: Statement) -> None:
    dossier = _only(case)
    if newer(dossier.job, "approval", statement):
        dossier.job = replace(stamped_job(dossier.job, "approval", statement), approval=approval)


def _awaiting(case: Case, fact: facts.JobAwaiting, statement: Statement, rules: Rules) -> None:
    _await(case, fact.matter, statement, waits=True)
    status = _AWAITING_STATUS.get(fact.matter)
    told = Told(status) if status else Told(JobStatus.CUSTOM_STATUS, f"Awaiting {fact.matter}")
    history.append(_only(case), rules, told, statement.origin())


def _awaited(case: Case, fact: facts.JobAwaited, statement: Statement, rules: Rules) -> None:
    _await(case, fact.matter, statement, waits=False)
    told = Told(JobStatus.CUSTOM_STATUS, f"No longer awaiting {fact.matter}")
    history.append(_only(case), rules, told, statement.origin())


def _verified(case: Case, fact: Fact, statement: Statement, rules: Rules) -> None:
    _await(case, "data", statement, waits=False)
    history.append(_only(case), rules, Told(JobStatus.VERIFIED), statement.origin())


def _validation_failed(case: Case, fact: facts.JobValidationFailed, statement: Statement, rules: Rules) -> None:
    _await(case, "validation", statement, waits=True)
    history.append(_only(case), rules, Told(JobStatus.VALIDATION_FAILED, detail=fact.detail), statement.origin())


def _validation_finished(case: Case, fact: Fact, statement: Statement, rules: Rules) -> None:
    _await(case, "validation", statement, waits=False)
    history.append(_only(case), rules, Told(JobStatus.VALIDATION_FINISHED), statement.origin())


def _await(case: Case, matter: str, statement: Statement, *, waits: bool) -> None:
    dossier = _only(case)
    group = f"awaiting.{matter}"
    if newer(dossier.job, group, statement):
        awaiting = dossier.job.awaiting | {matter} if waits else dossier.job.awaiting - {matter}
        dossier.job = replace(stamped_job(dossier.job, group, statement), awaiting=awaiting)


def _output_started(case: Case, fact: Fact, statement: Statement, rules: Rules) -> None:
    _set_output(_only(case), OutputState.STARTED, statement)
    history.append(_only(case), rules, Told(JobStatus.OUTPUT_CREATION_STARTED), statement.origin())


def _output_created(case: Case, fact: facts.JobOutputCreated, statement: Statement, rules: Rules) -> None:
    def put() -> None:
        filing.supersede(dossier, FileRole.OUTPUT, all_parts=True)
        for asset in fact.output:
            filing.file(dossier, rules, asset, FileRole.OUTPUT)

    dossier = _only(case)
    new_output(dossier, statement, rules, put if fact.output else None)


def _output_failed(case: Case, fact: facts.JobOutputFailed, statement: Statement, rules: Rules) -> None:
    _set_output(_only(case), OutputState.FAILED, statement)
    told = Told(JobStatus.OUTPUT_CREATION_FAILED, detail=fact.detail, staff=True)
    history.append(_only(case), rules, told, statement.origin())


def _output_deleted(case: Case, fact: Fact, statement: Statement, rules: Rules) -> None:
    if _set_output(_only(case), OutputState.RECREATING, statement):
        filing.supersede(_only(case), FileRole.OUTPUT, all_parts=True)
    history.append(_only(case), rules, Told(JobStatus.OUTPUT_DELETE), statement.origin())


def _recreation(case: Case, fact: facts.JobRecreationRequested, statement: Statement, rules: Rules) -> None:
    dossier = _only(case)
    if _set_output(dossier, OutputState.RECREATING, statement):
        filing.supersede(dossier, FileRole.OUTPUT, all_parts=True)
        history.open_epoch(dossier, rules, EpochReason.RECREATION, "the output is made again", statement.origin(1))
    told = Told(JobStatus.RECREATION_REQUESTED, detail=fact.why)
    history.append(dossier, rules, told, statement.origin(2))


def _artwork_uploaded(case: Case, fact: facts.JobArtworkUploaded, statement: Statement, rules: Rules) -> None:
    dossier, artwork = _only(case), fact.artwork

    def put() -> None:
        filing.file(dossier, rules, artwork, FileRole.ARTWORK)

    new_artwork(dossier, statement, rules, artwork.part, artwork.name, put)


def _set_output(dossier: Dossier, output: OutputState, statement: Statement) -> bool:
    is_news = newer(dossier.job, "output", statement)
    if is_news:
        dossier.job = replace(stamped_job(dossier.job, "output", statement), output=output)
    return is_news


def _blocked(case: Case, fact: facts.JobBlocked, statement: Statement, rules: Rules) -> None:
    block(_only(case), fact.why, statement, rules)


def _released(case: Case, fact: facts.JobReleased, statement: Statement, rules: Rules) -> None:
    dossier = _only(case)
    if newer(dossier.job, "released", statement):
        dossier.job = stamped_job(dossier.job, "released", statement)
    # What an operator releases is what stands now, whatever the clocks of those say who blocked it.
    until = None if statement.source == HUB else statement.stamp[0]
    history.release(dossier, rules, by=statement.by, why=fact.why, until=until)


def _shipped(case: Case, fact: facts.JobShipped, statement: Statement, rules: Rules) -> None:
    history.append(_only(case), rules, shipped(fact.shipment), statement.origin())


def _progressed(case: Case, fact: facts.JobProgressed, statement: Statement, rules: Rules) -> None:
    history.append(_only(case), rules, Told(fact.status, fact.label, fact.detail), statement.origin())


def _only(case: Case) -> Dossier:
    return case.dossiers[0]


JOB_FACTS: Mapping[type[Fact], Callable[[Case, Any, Statement, Rules], None]] = {
    facts.JobCreated: _created,
    facts.JobChanged: _changed,
    facts.JobCancelled: _cancelled,
    facts.JobApproved: _approved,
    facts.JobRejected: _rejected,
    facts.JobApprovalRequested: _approval_requested,
    facts.JobAwaiting: _awaiting,
    facts.JobAwaited: _awaited,
    facts.JobVerified: _verified,
    facts.JobValidationFailed: _validation_failed,
    facts.JobValidationFinished: _validation_finished,
    facts.JobOutputStarted: _output_started,
    facts.JobOutputCreated: _output_created,
    facts.JobOutputFailed: _output_failed,
    facts.JobOutputDeleted: _output_deleted,
    facts.JobRecreationRequested: _recreation,
    facts.JobArtworkUploaded: _artwork_uploaded,
    facts.JobBlocked: _blocked,
    facts.JobReleased: _released,
    facts.JobShipped: _shipped,
    facts.JobProgressed: _progressed,
}
