"""Which calls to a MIS an occasion gives rise to."""

from collections.abc import Sequence

from printhub.core.channels.channel import Declared, Occasion, Planned
from printhub.core.channels.lanes import job_lane
from printhub.core.model.known import JobRecord
from printhub.core.model.verbs import Verb

CHAIN = (Verb.NOTIFY, Verb.MANIFEST, Verb.ASSETS)
"""The verbs that bring a job into production, in the order of their statuses."""


def plan(occasion: Occasion, job: JobRecord, cause: str, declared: Declared) -> Sequence[Planned]:
    """Plan the chain of an ordered job, an update for changed data, a cancellation."""
    lane = job_lane(declared.instance, job.storefront, job.number)
    match occasion:
        case Occasion.ORDERED:
            return [
                Planned(verb, job.number, lane, predecessors(verb, declared))
                for verb in CHAIN
                if verb in declared.verbs and (verb is not Verb.ASSETS or job.product_type.prints)
            ]
        case Occasion.CHANGED if Verb.UPDATE in declared.verbs:
            return [Planned(Verb.UPDATE, f"{job.number}#{cause}", lane)]
        case Occasion.CANCELLED if Verb.CANCEL in declared.verbs:
            return [Planned(Verb.CANCEL, f"{job.number}#{cause}", lane)]
        case _:
            return []


def predecessors(verb: Verb, declared: Declared) -> tuple[Verb, ...]:
    """What has to come before `verb`: notify first, unless the instance puts the assets first."""
    if declared.assets_first and Verb.ASSETS in declared.verbs:
        before: dict[Verb, tuple[Verb, ...]] = {Verb.NOTIFY: (Verb.ASSETS,), Verb.MANIFEST: (Verb.NOTIFY,)}
    else:
        before = {Verb.MANIFEST: (Verb.NOTIFY,), Verb.ASSETS: (Verb.NOTIFY,)}
        if declared.assets_after_manifest and Verb.MANIFEST in declared.verbs:
            before[Verb.ASSETS] = (Verb.NOTIFY, Verb.MANIFEST)
    return before.get(verb, ())
