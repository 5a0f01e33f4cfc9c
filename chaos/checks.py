"""What must hold after any number of kills: each check is a function from the evidence to the violations it found."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from chaos.current import FLOATING, STAGES, current_status
from chaos.evidence import FOR_A_PERSON, Evidence, Row, occupied_lanes

CHAIN = ("notify", "manifest", "assets")
ENDS = frozenset({"done", "failed", "cancelled", "skipped", "obsolete"})
_PLACES = {"notify": "notify", "manifest": "manifest", "slots": "assets", "assets": "assets", "upload": "assets"}
"""Which verb of the chain a request to a MIS belongs to."""
_WRITES = {"notify": "MisNotified", "manifest": "MisManifested", "assets": "MisAssetsOk"}
_NOTHING_DONE = frozenset({429, 503})
"""Answers after which everybody knows that nothing was done."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that must not be."""

    check: str
    subject: str
    detail: str


Check = Callable[[Evidence], Iterator[Violation]]


def accepted_events(evidence: Evidence) -> Iterator[Violation]:
    """What a storefront was told is accepted is on record, once, and was applied; its jobs are known."""
    recorded = defaultdict(list)
    for event in evidence.tables["event"]:
        recorded[event["source"], event["source_id"]].append(event)
    known = {(job["storefront"], job["number"]) for job in evidence.tables["job"]}
    for told in evidence.told:
        if told["said"] not in ("accepted", "repeated"):
            yield Violation("accepted events", told["id"], f"a good event was {told['said']}: {told['reason']}")
            continue
        found = recorded[told["source"], told["id"]]
        if len(found) != 1:
            yield Violation("accepted events", told["id"], f"told {told['said']}, and on record {len(found)} times")
        elif found[0]["state"] != "applied":
            detail = f"it is {found[0]['state']} and waits for {found[0]['waits_for']}"
            yield Violation("accepted events", told["id"], detail)
        for number in told["jobs"]:  # a MIS's own word names none
            if (told["storefront"], number) not in known:
                yield Violation("accepted events", told["id"], f"its job {number} is not known")


def jobs_reach_their_end(evidence: Evidence) -> Iterator[Violation]:
    """Every job's calls are planned, and each came to the end that it should, or says why it has not."""
    by_job = _by_job(evidence.tables["delivery"])
    answered = _answers(evidence)
    for job in _wanted(evidence):
        for instance in evidence.routes[job.storefront]:
            here = {d["verb"]: d for d in by_job.get((job.storefront, job.number, instance), [])}
            for verb in CHAIN if job.prints else CHAIN[:2]:
                subject = f"{job.number} {verb} at {instance}"
                delivery = here.get(verb)
                if delivery is None:
                    yield Violation("jobs reach their end", subject, "it was never planned")
                    continue
                wrong = _wrong_end(job, delivery, here, evidence.effects[instance], answered)
                if wrong:
                    yield Violation("jobs reach their end", subject, wrong)


def changes_arrive(evidence: Evidence) -> Iterator[Violation]:
    """What a storefront changed of a job is the last thing that was said of it to each MIS that has the job."""
    wanted: dict[str, int] = {}
    for told in evidence.told:
        if told["type"] == "printhub.job.changed":
            wanted |= dict.fromkeys(told["jobs"], told["quantity"])
    gone = {job.number for job in _wanted(evidence) if job.cancelled}
    for instance, journal in evidence.journals.items():
        said = {s["job"]: s["quantity"] for s in journal if s["verb"] in ("notify", "update") and s["quantity"]}
        for number in said.keys() & wanted.keys() - gone:
            if evidence.effects[instance] != "blind" and said[number] != wanted[number]:
                detail = f"{wanted[number]} were ordered in the end, and it was last told of {said[number]}"
                yield Violation("changes arrive", f"{number} at {instance}", detail)


def done_is_done(evidence: Evidence) -> Iterator[Violation]:
    """What the hub calls done, the MIS has in its books."""
    books = {(name, entry["job"]): entry for name, entries in evidence.books.items() for entry in entries}
    for delivery in evidence.tables["delivery"]:
        if delivery["state"] != "done" or delivery["verb"] not in (*CHAIN, "cancel"):
            continue
        entry = books.get((delivery["instance"], _number(delivery)))
        has = entry is not None and {
            "notify": entry["tickets"] > 0,
            "manifest": entry["manifests"] > 0,
            "assets": entry["artwork_confirmed"],
            "cancel": entry["cancelled"],
        }.get(delivery["verb"])
        if not has:
            subject = f"{delivery['subject']} {delivery['verb']} at {delivery['instance']}"
            yield Violation("done is done", subject, "the hub says done, and the MIS has nothing of it")


def one_effect(evidence: Evidence) -> Iterator[Violation]:
    """Where the MIS honours the key or can be asked, no job is taken, ticketed or updated more often than wanted."""
    updates: Counter[str] = Counter()
    for told in evidence.told:
        if told["type"] == "printhub.job.changed":
            updates.update(told["jobs"])
    for instance, books in evidence.books.items():
        if evidence.effects[instance] == "blind":
            continue
        for job, count in Counter(entry["job"] for entry in books).items():
            if count > 1:
                yield Violation("one effect", f"{job} at {instance}", f"the MIS took it {count} times")
        for entry in books:
            subject = f"{entry['job']} at {instance}"
            if entry["manifests"] > 1:
                yield Violation("one effect", subject, f"the MIS made {entry['manifests']} tickets")
            if entry["updates"] > updates[entry["job"]]:
                detail = f"it was changed {updates[entry['job']]} times and updated {entry['updates']} times"
                yield Violation("one effect", subject, detail)


def one_key(evidence: Evidence) -> Iterator[Violation]:
    """Every attempt of one verb of one job bears the same key, so that the MIS can tell them from a second call."""
    keys = defaultdict(set)
    for instance, journal in evidence.journals.items():
        for seen in journal:
            if seen["verb"] in ("notify", "manifest", "cancel") and seen["job"] and seen["key"]:
                # What certainly had no effect may be composed anew, and its key says so: id.1, id.2.
                keys[instance, seen["job"], seen["verb"]].add(seen["key"].partition(".")[0])
    for (instance, job, verb), used in keys.items():
        if len(used) > 1:
            yield Violation("one key", f"{job} {verb} at {instance}", f"it went under {len(used)} keys")


def never_again_when_blind(evidence: Evidence) -> Iterator[Violation]:
    """A MIS that can tell nothing apart never sees a call again after one that may have had its effect."""
    for instance, journal in evidence.journals.items():
        if evidence.effects[instance] != "blind":
            continue
        doubtful: dict[tuple[str, str], int] = {}
        for seen in journal:
            if seen["method"] == "GET" or not seen["key"]:
                continue
            call = (seen["verb"], seen["key"])
            if call in doubtful:
                detail = f"request {seen['number']} after {doubtful[call]}, which may have had its effect"
                yield Violation("never again when blind", f"{seen['job']} {seen['verb']} at {instance}", detail)
            if seen["status"] not in _NOTHING_DONE:
                doubtful[call] = seen["number"]


def lanes_keep_order(evidence: Evidence) -> Iterator[Violation]:
    """Of one job at one MIS no call begins before another has ended, and none comes before its predecessor."""
    for instance, journal in evidence.journals.items():
        lanes = defaultdict(list)
        for seen in journal:
            if seen["method"] != "GET" and seen["job"]:
                lanes[seen["job"]].append(seen)
        for job, calls in lanes.items():
            yield from _of_lane(f"{job} at {instance}", calls, assets_last=instance in evidence.assets_last)


def _of_lane(subject: str, calls: list[Row], *, assets_last: bool) -> Iterator[Violation]:
    open_until = 0
    came: set[str] = set()
    for seen in calls:
        if seen["number"] <= open_until:
            detail = f"request {seen['number']} ({seen['verb']}) came while another was being carried out"
            yield Violation("lanes keep order", subject, detail)
        open_until = max(open_until, seen["until"] or seen["number"])
        verb = str(_PLACES.get(seen["verb"], seen["verb"]))
        if verb != "notify" and "notify" not in came:
            yield Violation("lanes keep order", subject, f"{verb} came before the MIS was told of the job")
        if verb == "assets" and assets_last and "manifest" not in came:
            yield Violation("lanes keep order", subject, "assets came before the manifest")
        came.add(verb)


def history_only_grew(evidence: Evidence) -> Iterator[Violation]:
    """What was read of the history in the course of the run is there at the end, unchanged."""
    now = {(table, row["id"]): row for table in ("status_change", "attempt") for row in evidence.tables[table]}
    for before in evidence.seen_before:
        row = now.get((before["table"], before["row"]["id"]))
        if row is None:
            yield Violation("history only grew", f"{before['table']} {before['row']['id']}", "it is gone")
        elif row != before["row"]:
            changed = ", ".join(name for name in row if row[name] != before["row"][name])
            yield Violation("history only grew", f"{before['table']} {row['id']}", f"it was edited: {changed}")


def statuses_fit(evidence: Evidence) -> Iterator[Violation]:
    """A job's current status is what its history says, and each call that is done is in it exactly once."""
    removed = {row["status_change_id"] for row in evidence.tables["removal"]}
    histories = defaultdict(list)
    for entry in evidence.tables["status_change"]:
        histories[entry["job_id"]].append(entry)
        if entry["status"] not in STAGES and entry["status"] not in FLOATING:
            yield Violation("statuses fit", entry["job_id"], f"nothing in this run can bring {entry['status']}")
    for job in evidence.tables["job"]:
        should = current_status(histories[job["id"]], removed)
        if job["status"] != should:
            detail = f"it is {job['status']}, and its history says {should}"
            yield Violation("statuses fit", str(job["number"]), detail)
    written = Counter((e["delivery_id"], e["status"]) for e in evidence.tables["status_change"] if e["delivery_id"])
    for delivery in evidence.tables["delivery"]:
        status = _WRITES.get(delivery["verb"])
        count = written[delivery["id"], status]
        allowed = {1} if delivery["state"] == "done" else {0, 1} if delivery["state"] == "accepted" else {0}
        # A call that was accepted first, and cancelled after, was written when it was accepted.
        allowed |= {1} if delivery["state"] in ("cancelled", "failed") else set()
        if status and count not in allowed:
            detail = f"{status} stands in the history {count} times, and the call is {delivery['state']}"
            yield Violation("statuses fit", f"{delivery['subject']} at {delivery['instance']}", detail)


def everything_has_a_reason(evidence: Evidence) -> Iterator[Violation]:
    """Every delivery that is not at an end names its obstacles or its reason, and lies in no dead hands."""
    occupied = occupied_lanes(evidence.tables["delivery"])
    for delivery in evidence.tables["delivery"]:
        subject = f"{delivery['subject']} {delivery['verb']} at {delivery['instance']}"
        state = delivery["state"]
        if state == "ready" and delivery["lane"] in occupied:
            continue  # what stands before it in its lane has a reason, and that is its own
        if state == "held" and not delivery["obstacles"]:
            yield Violation("everything has a reason", subject, "it is held, and by nothing")
        elif state in ("unknown", "retrying", "accepted", "waiting_action") and not delivery["reason"]:
            yield Violation("everything has a reason", subject, f"it is {state}, and nothing says why")
        if state in ("ready", "running", "retrying"):
            yield Violation("everything has a reason", subject, f"everything has settled, and it is still {state}")
        elif delivery["worker"] or delivery["asking"]:
            yield Violation("everything has a reason", subject, f"it is {state}, and in the hands of a worker")


def nothing_was_refused(evidence: Evidence) -> Iterator[Violation]:
    """All that was stated was right, so nothing lies in quarantine."""
    for row in evidence.tables["quarantine"]:
        yield Violation("nothing was refused", str(row["source_id"]), f"{row['code']}: {row['reason']}")


CHECKS: Mapping[str, Check] = {
    "accepted events": accepted_events,
    "jobs reach their end": jobs_reach_their_end,
    "changes arrive": changes_arrive,
    "done is done": done_is_done,
    "one effect": one_effect,
    "one key": one_key,
    "never again when blind": never_again_when_blind,
    "lanes keep order": lanes_keep_order,
    "history only grew": history_only_grew,
    "statuses fit": statuses_fit,
    "everything has a reason": everything_has_a_reason,
    "nothing was refused": nothing_was_refused,
}


def violations(evidence: Evidence) -> list[Violation]:
    """All that must not be."""
    return [found for check in CHECKS.values() for found in check(evidence)]


@dataclass(frozen=True, slots=True)
class _Job:
    storefront: str
    number: str
    paid: bool
    cancelled: bool

    @property
    def prints(self) -> bool:
        return self.number.endswith("P")


def _wanted(evidence: Evidence) -> Iterable[_Job]:
    """The jobs as the storefronts' own word has them."""
    placed: dict[str, tuple[str, str]] = {}
    paid: set[str] = set()
    cancelled: set[str] = set()
    for told in evidence.told:
        if told["paid"]:
            paid.add(told["order"])
        if told["type"] == "printhub.order.placed":
            placed |= dict.fromkeys(told["jobs"], (told["storefront"], told["order"]))
        if told["type"] == "printhub.order.cancelled":
            cancelled.add(told["order"])
    return [_Job(shop, number, order in paid, order in cancelled) for number, (shop, order) in placed.items()]


def _wrong_end(
    job: _Job, delivery: Row, chain: Mapping[str, Row], effect: str, answered: Mapping[tuple[str, str], set[int]]
) -> str | None:
    state, reason = delivery["state"], delivery["reason"]
    if state == "done" or (job.cancelled and state in ("cancelled", "obsolete")):
        return None
    if state == "held" and not job.paid:
        kinds = {obstacle[0] for obstacle in delivery["obstacles"]}
        return None if "unpaid" in kinds else f"nobody paid, and it is held by {kinds}"
    if effect == "blind":
        if state == "unknown" and FOR_A_PERSON in reason:
            return None
        others = [other["state"] for verb, other in chain.items() if verb != delivery["verb"]]
        if state in ("held", "ready") and "unknown" in others:
            return None  # it comes after that one, or waits in its lane
    if state == "failed" and job.cancelled and 409 in answered[delivery["instance"], job.number]:
        return None  # the MIS takes nothing more for a job that it cancelled
    return f"it is {state}: {reason or 'nothing says why'}"


def _answers(evidence: Evidence) -> Mapping[tuple[str, str], set[int]]:
    found: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for instance, journal in evidence.journals.items():
        for seen in journal:
            if seen["job"] and seen["status"]:
                found[instance, seen["job"]].add(seen["status"])
    return found


def _by_job(deliveries: Iterable[Row]) -> Mapping[tuple[str, str, str], list[Row]]:
    found = defaultdict(list)
    for delivery in deliveries:
        found[delivery["storefront"], _number(delivery), delivery["instance"]].append(delivery)
    return found


def _number(delivery: Row) -> str:
    return str(delivery["subject"]).partition("#")[0]
