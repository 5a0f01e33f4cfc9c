"""The play: what the storefront, the MISs and the people of the print shop do, in order."""

from printhub.cli.demo.stage import Stage, Stuck
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Verb
from printhub.testing.mis_simulator import MisJob, Mode


def perform(stage: Stage) -> None:
    """Play all acts. Raises Stuck where something does not happen, and what the hub's services raise."""
    _smooth(stage)
    _torn_upload(stage)
    _held(stage)
    _refused(stage)
    _cannot_be_asked(stage)
    _stopped_in_the_call(stage)
    _taken_up_again(stage)
    _people_act(stage)


def _smooth(stage: Stage) -> None:
    tell = stage.narrator
    tell.act("Orders come in, and most of it just works")
    tell.say(
        "The storefront sends order 1001, paid: a garden guide in two PDFs (1001-1), and envelopes from stock (1001-2)."
    )
    stage.emit("1001-garden-guide")
    stage.wait_until_done("1001-1", "1001-2")
    tell.say(f"Both are in production: {_has(stage, '1001-1')}; {_has(stage, '1001-2')}.")
    again = stage.emit_again()
    if not all(receipt.repeated for receipt in again):
        raise Stuck("the hub took events that it had taken before")
    tell.say(
        "The storefront sends the same events once more, as after a lost answer. They are known: nothing is done twice."
    )


def _torn_upload(stage: Stage) -> None:
    tell = stage.narrator
    stage.press.for_job("1002-1", "upload", [Mode.HALF_READS_UPLOAD])
    tell.say("Order 1002, a poster. The MIS will tear the connection in the middle of the upload.")
    stage.emit("1002-poster")
    stage.wait_until_done("1002-1")
    uploads = stage.delivery("1002-1", Verb.ASSETS).attempts
    tell.say(f"It took {uploads} uploads, the hub made them by itself. Now {_has(stage, '1002-1')}.")


def _held(stage: Stage) -> None:
    tell = stage.narrator
    tell.act("Some of it must not go yet")
    stage.emit("1003-business-cards")
    stage.hub.acts.jobs.block("1003-1", by="operator:prepress", why="the logo looks too small, asking the customer")
    tell.say(
        "Order 1003, business cards, not paid yet. The prepress operator blocks job 1003-1: the logo looks too small."
    )
    stage.emit("1003-paid")
    stage.wait_until("1003-1 is held by the block alone", lambda: "payment" not in stage.delivery("1003-1").reason)
    tell.say(f"Now 1003 is paid, and its job stays all the same. {_says(stage.delivery('1003-1'))}")
    stage.emit("1004-flyer")
    stage.wait_until("the flyer's PDF is fetched", lambda: "fetch" not in stage.delivery("1004-1").reason)
    tell.say(f"Order 1004, a flyer, not paid either. {_says(stage.delivery('1004-1'))}")


def _refused(stage: Stage) -> None:
    tell = stage.narrator
    tell.act("Some of it goes wrong")
    stage.press.for_job("1005-1", "notify", [Mode.refuses("Stock 'kraft 300' is not in the catalogue.", "STOCK")])
    stage.emit("1005-menu")
    stage.wait_until("1005-1 is refused", lambda: stage.delivery("1005-1").state is DeliveryState.FAILED)
    tell.say(f"Order 1005, a menu. The MIS refuses it. {_explains(stage, '1005-1')}")


def _cannot_be_asked(stage: Stage) -> None:
    tell = stage.narrator
    acts = stage.hub.acts
    stage.foil.for_job("1006-1", "notify", [Mode.COMMITS_THEN_DROPS])
    acts.instances.pause("foil", by="operator:ops", why="the foil partner closes for lunch")
    stage.emit("1006-invitation")
    stage.wait_until("1006-1 waits for the pause alone", lambda: "fetch" not in stage.delivery("1006-1").reason)
    tell.say(
        "Operations pause the foil partner, who closes for lunch. Order 1006, an invitation in gold foil, comes in. "
        f"{_explains(stage, '1006-1')}"
    )
    acts.instances.resume("foil", by="operator:ops", why="they are back")
    tell.say("They are back, and operations resume the instance. Its system takes the job, and the line breaks.")
    stage.wait_until("the hub has asked the partner in vain", lambda: _needs_a_person(stage.delivery("1006-1")))
    tell.say(f"Whether the partner has the job, its system cannot tell. {_says(stage.delivery('1006-1'))}")


def _stopped_in_the_call(stage: Stage) -> None:
    tell = stage.narrator
    tell.act("The hub is stopped in the middle, and started again")
    stage.press.for_job("1007-1", "notify", [Mode.commits_then_hangs(60)])
    stage.emit("1007-letterhead")
    stage.wait_until("the MIS has taken 1007-1", lambda: stage.press.jobs_of("1007-1"))
    tell.say("Order 1007, letterheads. The MIS takes the job and does not answer. While the hub waits, it is stopped.")
    tell.waiting("the hub has stopped; its running call may take 1 s")
    stage.stop()
    tell.say("Stopped. All that it knew is in its store, one file.")


def _taken_up_again(stage: Stage) -> None:
    tell = stage.narrator
    stage.restart()
    open_jobs = [job for job in ("1003-1", "1004-1", "1005-1", "1006-1", "1007-1") if not stage.is_done(job)]
    tell.say(f"Started again on the same store. It finds {len(open_jobs)} jobs open: {', '.join(open_jobs)}.")
    stage.wait_until_done("1007-1")
    tell.say(
        f"Of 1007-1 it did not know whether the MIS has it. It asked, and {_has(stage, '1007-1')}: no second call."
    )


def _people_act(stage: Stage) -> None:
    tell = stage.narrator
    tell.act("People do what only people can")
    acts = stage.hub.acts
    acts.jobs.release("1003-1", by="operator:prepress", why="the customer likes the logo as it is")
    tell.say("The prepress operator releases 1003-1: the customer likes the logo as it is.")
    acts.jobs.block("1004-1", by="operator:prepress", why="the logo looks too small")
    tell.say("And blocks 1004-1 by mistake. Every act is on record, and most can be undone.")
    acts.undo.undo(stage.last_act(), by="operator:prepress", why="it was another job")
    stage.emit("1004-paid")
    tell.say("Order 1004 is paid.")
    menu = stage.delivery("1005-1")
    acts.deliveries.retrigger(str(menu.id), by="operator:ops", why="kraft 300 is in the catalogue now")
    tell.say("Operations have the paper added to the MIS's catalogue, and retrigger the refused call of 1005-1.")
    entry = _entry(stage, "1006-1")
    why = "rang the partner, they have it"
    acts.deliveries.settle(str(stage.delivery("1006-1").id), done=entry.reference, by="operator:ops", why=why)
    tell.say(f"They ring the foil partner, who has 1006-1 as {entry.reference}, and settle the call as done.")
    stage.wait_until_done("1003-1", "1004-1", "1005-1", "1006-1")
    tell.say("All jobs are in production.")
    stage.emit("1001-shipped")
    stage.wait_until("1001-1 is cleared", lambda: stage.dossier("1001-1").job.status is JobStatus.CLEAN_UP)
    tell.say("Order 1001 is shipped. The hub clears its working folder; its history stays.")


def _needs_a_person(delivery: Delivery) -> bool:
    return delivery.state is DeliveryState.UNKNOWN and delivery.next_at is None and not delivery.asking


def _explains(stage: Stage, job: str) -> str:
    """What `printhub jobs explain` says first."""
    return f"The hub explains: “{stage.explain(job).summary.rstrip('.')}”."


def _says(delivery: Delivery) -> str:
    """What the hub says of a delivery, in its own words."""
    return f"The hub says {delivery.state}: “{delivery.reason.rstrip('.')}”."


def _has(stage: Stage, job: str) -> str:
    entry = _entry(stage, job)
    files = len(entry.artwork)
    return f"the MIS has {job} as {entry.reference}" + (f" with {files} PDF{'s' if files > 1 else ''}" if files else "")


def _entry(stage: Stage, job: str) -> MisJob:
    entries = stage.books(job)
    if not entries:
        raise Stuck(f"no MIS has job {job} in its books")
    return entries[0]
