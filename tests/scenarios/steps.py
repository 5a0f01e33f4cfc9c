"""The steps of a scenario: what each short sentence does to the world."""

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from printhub.core.channels.email.messages import EmailMessage
from printhub.core.flow.acts.files import Upload
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import ActRefused
from printhub.core.model.known import FileRole
from printhub.core.model.reports import Progress as ProgressReport
from printhub.core.model.reports import Report
from printhub.core.model.signals import AnySignal, Bounced, BounceKind, LookAgain, Progress, Receipt, Settled
from printhub.core.model.suppression import Medium
from printhub.core.model.verbs import Mode, Verb
from printhub.core.store import acts, promises, suppressions
from printhub.core.store.matching import Wanted
from printhub.core.store.promises import Promise
from printhub.testing.pdf import tiny_pdf
from tests.scenarios.facts import FACTS, a_job, an_order
from tests.scenarios.partner import ProcessDied, read_answers
from tests.scenarios.row import Setup
from tests.scenarios.words import Step, duration, read_step, status_named
from tests.scenarios.world import JOB, ORDER, TICK, World, settings

WHY = "as the scenario says"
OPERATOR = "operator:test"


def play(world: World, text: str) -> None:
    """Carry out one step; raises ValueError for one that does not exist."""
    step = read_step(text, STEPS)
    STEPS[step.act](world, step)


def _run(world: World, _step: Step) -> None:
    try:
        world.hub.run()
    except ProcessDied:
        return


def _advance(world: World, step: Step) -> None:
    by = duration(step.words[0])
    if step.words[1:] == ("without", "running"):
        world.clock.advance(by)
        return
    try:
        world.hub.advance(by)
    except ProcessDied:
        return


def _restart(world: World, step: Step) -> None:
    """Begin again, with other routes, or instances or storefront in another mode or off, where the step says so."""
    setup = Setup.model_validate({**dict(world.setup), "routes": step.options.get("routes", world.setup.routes)})
    mode = Mode(step.options.get("instance_mode", setup.instance_mode))
    enabled = step.options.get("enabled", "yes") == "yes"
    storefront = Mode(step.options.get("storefront_mode", setup.mode))
    written = settings(setup, world.files, mode=mode, enabled=enabled, storefront=storefront)
    world.hub.restart(written if step.options else None)


def _answers(world: World, step: Step) -> None:
    """What all partners say to a verb, or the one that is named before it."""
    first, _, rest = step.rest.partition(" ")
    whose = [world.partners[first]] if first in world.partners else list(world.partners.values())
    answers = read_answers(rest if first in world.partners else step.rest)
    for partner in whose:
        partner.will(answers)


# --- what the storefront states ---------------------------------------------------------------------------------------


def _order(world: World, step: Step) -> None:
    order = an_order(world, step.options)
    world.emit("printhub.order.placed", {"order": order}, step.options, step.ending)


def _job_added(world: World, step: Step) -> None:
    job = a_job(world, step.words[0] if step.words else JOB, step.options)
    world.emit("printhub.job.added", {"order": ORDER, "job": job}, step.options, step.ending)


def _job_created(world: World, step: Step) -> None:
    product_type = "External" if step.act == "external" else step.options.get("type", "Static")
    job = a_job(world, JOB, step.options | {"type": product_type})
    world.emit("printhub.job.created", {"job": job}, step.options, step.ending)


def _fact(world: World, step: Step) -> None:
    type_, data = FACTS[step.act](world, step)
    subject = {"order": ORDER} if type_.startswith("printhub.order.") else {"job": JOB}
    world.emit(type_, subject | data, step.options, step.ending)


def _unknown_event(world: World, step: Step) -> None:
    world.emit("printhub.order.gilded", {"order": ORDER, "carats": 24}, step.options, step.ending)


# --- what operators do ------------------------------------------------------------------------------------------------


def _act(world: World, step: Step, act: Callable[[], object]) -> None:
    world.clock.advance(TICK)
    refused = ""
    try:
        act()
    except ActRefused as error:
        refused = str(error) or "without a reason"
    if bool(refused) != (step.ending == "refused"):
        world.faults.append(f"{step.text}: {f'refused: {refused}' if refused else 'went through'}")


def _retrigger(world: World, step: Step) -> None:
    delivery = world.delivery(" ".join(step.words))
    _act(world, step, lambda: world.hub.retrigger(delivery.id, why=WHY))


def _send_again(world: World, step: Step) -> None:
    delivery = world.delivery(" ".join(step.words))
    _act(world, step, lambda: world.hub.send_again(delivery.id, why=WHY))


def _cancel_delivery(world: World, step: Step) -> None:
    delivery = world.delivery(" ".join(step.words))
    _act(world, step, lambda: world.hub.cancel_delivery(delivery.id, why=WHY))


def _skip(world: World, step: Step) -> None:
    delivery = world.delivery(" ".join(step.words))
    _act(world, step, lambda: world.hub.skip(delivery.id, why=WHY))


def _pause(world: World, step: Step) -> None:
    instances = world.hub.hub.acts.instances
    _act(world, step, lambda: instances.pause("mis", step.options.get("storefront", ""), by=OPERATOR, why=WHY))


def _resume(world: World, step: Step) -> None:
    instances = world.hub.hub.acts.instances
    _act(world, step, lambda: instances.resume("mis", step.options.get("storefront", ""), by=OPERATOR, why=WHY))


def _operator_blocks(world: World, step: Step) -> None:
    _act(world, step, lambda: world.hub.hub.acts.jobs.block(JOB, by=OPERATOR, why=WHY))


def _operator_releases(world: World, step: Step) -> None:
    _act(world, step, lambda: world.hub.hub.acts.jobs.release(JOB, by=OPERATOR, why=WHY))


def _undo(world: World, step: Step) -> None:
    """Take back the newest act, or the newest of the sort that the step names."""
    found = world.hub.hub.store.read(lambda tx: acts.listed(tx, 100))
    act = next(one for one in found if step.words in ((), (one.act,)))
    _act(world, step, lambda: world.hub.hub.acts.undo.undo(str(act.id), by=OPERATOR, why=WHY))


def _retrigger_job(world: World, step: Step) -> None:
    _act(world, step, lambda: world.hub.hub.acts.deliveries.retrigger_job(JOB, by=OPERATOR, why=WHY))


def _retrigger_all(world: World, step: Step) -> None:
    wanted = Wanted(state=DeliveryState(step.options["state"]) if step.options else None)
    _act(world, step, lambda: world.hub.hub.acts.bulk.retrigger(wanted, by=OPERATOR, why=WHY))


def _reprint(world: World, step: Step) -> None:
    _act(world, step, lambda: world.hub.reprint(JOB, why=WHY))


def _plan(world: World, _step: Step) -> None:
    _act(world, _step, lambda: world.hub.plan(JOB, why=WHY))


def _settle(world: World, step: Step) -> None:
    verb, *how = step.words
    delivery = world.delivery(verb)
    done = None if how[0] == "not" else how[1]
    _act(world, step, lambda: world.hub.settle(delivery.id, done=done, why=WHY))


def _upload(world: World, step: Step) -> None:
    role = FileRole(step.words[0])
    upload = Upload(io.BytesIO(tiny_pdf(role)), f"{JOB}-{role}-by-hand.pdf", role, step.options.get("part"))
    _act(world, step, lambda: world.hub.hub.acts.files.upload(JOB, upload, by="operator:test", why=WHY))


def _restore(world: World, step: Step) -> None:
    file = next(one for one in world.files_of(JOB) if one.superseded and one.name == step.words[0])
    _act(world, step, lambda: world.hub.hub.acts.files.restore([str(file.id)], by="operator:test", why=WHY))


def _reopen(world: World, step: Step) -> None:
    _act(world, step, lambda: world.hub.hub.acts.jobs.reopen(JOB, by="operator:test", why=WHY))


def _recreate(world: World, step: Step) -> None:
    _act(world, step, lambda: world.hub.hub.acts.jobs.recreate(JOB, by="operator:test", why=WHY))


def _erase(world: World, step: Step) -> None:
    """Erase the order; one that is left because something is in the way counts as refused."""

    def act() -> None:
        done = world.hub.hub.acts.erasure.order(ORDER, by=OPERATOR, why=WHY)
        if done.left:
            raise ActRefused("; ".join(done.left[0].in_the_way))

    _act(world, step, act)


def _promise(world: World, step: Step) -> None:
    """Promise a partner the address of the job's first file, by the assets delivery where there is one."""
    hub, (file, *_) = world.hub.hub, world.files_of(JOB)
    found = next((d.id for d in world.deliveries() if d.verb is Verb.ASSETS), None)
    now = world.clock()
    made = Promise(hub.rules.new_id(), file.id, file.job_id, found, now, now + duration(step.words[0]))
    hub.store.write(lambda tx: promises.make(tx, made))


# --- what the MIS calls back ------------------------------------------------------------------------------------------


def _callback_progress(world: World, step: Step) -> None:
    words, subject = _addressed(world, step)
    status, *label = words
    report = ProgressReport(status=status_named(status), label=label[0] if label else None)
    _signal(world, Progress(progress=(report,), **subject))


def _callback_settled(world: World, step: Step) -> None:
    (how, *verb), subject = _addressed(world, step)
    named = Verb(verb[0]) if verb else None
    if "by" not in step.words:
        subject |= _of_call(world, named)
    if how == "done":
        _signal(world, Settled(report=Report.done(), verb=named, **subject))
    else:
        _signal(world, Settled(refused="the file cannot be opened", verb=named, **subject))


def _callback_look_again(world: World, step: Step) -> None:
    _, subject = _addressed(world, step)
    _signal(world, LookAgain(**subject))


def _bounce(world: World, step: Step) -> None:
    """A mail comes back that says what became of the last one: with its token, or with one that nobody signed."""
    sent = world.partners["mail"].script.asked("send")[-1].message
    if not isinstance(sent, EmailMessage):
        raise TypeError("the last call of the mail server was no e-mail")
    what = {"delayed": BounceKind.DELAYED, "complaint": BounceKind.COMPLAINED}.get(step.words[0], BounceKind.FAILED)
    token = "a" * 39 if "forged" in step.words else sent.envelope_id
    signal = Bounced(
        recipient=sent.recipient,
        what=what,
        hard="hard" in step.words,
        status="5.1.1" if "hard" in step.words else "4.2.2",
        reason="userunknown" if "hard" in step.words else "mailboxfull",
        tokens=(token,),
        dedupe=step.options.get("dedupe"),
    )
    world.clock.advance(TICK)
    world.hub.signals("mail", [signal])


def _receipt(world: World, step: Step) -> None:
    """What became of the text message, as its provider tells later: `receipt undelivered failed`."""
    state, *rest = step.words
    delivery = world.delivery("text send")
    signal = Receipt(key=str(delivery.id), state=state, failed="failed" in rest, dedupe=step.options.get("dedupe"))
    world.clock.advance(TICK)
    world.hub.signals("text", [signal])


def _suppress(world: World, step: Step) -> None:
    acts = world.hub.hub.acts.suppressions
    _act(world, step, lambda: acts.add("shop", Medium.EMAIL, "Kim@customer.example", by=OPERATOR, why=WHY))


def _unsuppress(world: World, step: Step) -> None:
    hub = world.hub.hub
    [entry] = hub.store.read(lambda tx: suppressions.listed(tx, limit=10)).items
    _act(world, step, lambda: hub.acts.suppressions.remove(str(entry.id), by=OPERATOR, why=WHY))


def _signal(world: World, signal: AnySignal) -> None:
    world.clock.advance(TICK)
    world.hub.signals("mis", [signal])


def _addressed(world: World, step: Step) -> tuple[list[str], dict[str, Any]]:
    """The words before `by …`, and how the signal says what it is about: by notify's reference, unless it says how."""
    subject: dict[str, Any] = {}
    words = list(step.words)
    if "by" in words:
        words, by = words[: words.index("by")], words[words.index("by") + 1 :]
        subject = {"job": JOB} if by == ["job"] else {"reference": by[1]}
    else:
        subject = {"reference": world.delivery("notify").reference}
    if "at" in step.options:
        subject["at"] = world.clock() + world.offset(step.options)
    if "dedupe" in step.options:
        subject["dedupe"] = step.options["dedupe"]
    return words, subject


def _of_call(world: World, verb: Verb | None) -> dict[str, Any]:
    """By the key of the last call of the verb; a verb that was covered had no call, and notify's reference names it."""
    calls = world.partners["mis"].script.asked(verb or Verb.NOTIFY)
    return {"key": calls[-1].key, "reference": None} if calls else {}


STEPS: Mapping[str, Callable[[World, Step], None]] = MappingProxyType(
    {
        "run": _run,
        "advance": _advance,
        "restart": _restart,
        "answers": _answers,
        "order": _order,
        "job added": _job_added,
        "basket": _job_created,
        "external": _job_created,
        "unknown event": _unknown_event,
        "retrigger": _retrigger,
        "send again": _send_again,
        "cancel delivery": _cancel_delivery,
        "skip": _skip,
        "pause": _pause,
        "resume": _resume,
        "operator blocks": _operator_blocks,
        "operator releases": _operator_releases,
        "undo": _undo,
        "retrigger job": _retrigger_job,
        "retrigger all": _retrigger_all,
        "reprint": _reprint,
        "plan": _plan,
        "settle": _settle,
        "upload": _upload,
        "restore": _restore,
        "reopen": _reopen,
        "recreate": _recreate,
        "erase": _erase,
        "promise": _promise,
        "bounce": _bounce,
        "receipt": _receipt,
        "suppress": _suppress,
        "unsuppress": _unsuppress,
        "callback progress": _callback_progress,
        "callback settled": _callback_settled,
        "callback look again": _callback_look_again,
        **dict.fromkeys(FACTS, _fact),
    }
)
"""Every act that a step can begin with."""
