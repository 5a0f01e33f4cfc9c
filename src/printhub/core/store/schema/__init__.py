"""All tables of the store. Rows that only grow hold no personal data: it lies in rows that can be erased."""

from printhub.core.store.schema.acts import bulk_act, bulk_item, operator_act
from printhub.core.store.schema.facts import (
    asset,
    customer_order,
    event,
    job,
    note,
    payload,
    person,
    promise,
    quarantine,
)
from printhub.core.store.schema.feed import feed, feed_mark
from printhub.core.store.schema.identity import hub_user, login_attempt, session, token
from printhub.core.store.schema.inbound import callback, poll
from printhub.core.store.schema.keys import signing_key
from printhub.core.store.schema.messages import allowance, suppression
from printhub.core.store.schema.metadata import metadata
from printhub.core.store.schema.replies import reply
from printhub.core.store.schema.search import (
    job_ever,
    job_profile,
    job_search,
    job_work,
    profile,
    profile_ever,
    profile_work,
)
from printhub.core.store.schema.work import (
    attempt,
    delivery,
    hub,
    instance,
    pace,
    reference,
    removal,
    status_change,
    timer,
    worker,
)

__all__ = [
    "allowance",
    "asset",
    "attempt",
    "bulk_act",
    "bulk_item",
    "callback",
    "customer_order",
    "delivery",
    "event",
    "feed",
    "feed_mark",
    "hub",
    "hub_user",
    "instance",
    "job",
    "job_ever",
    "job_profile",
    "job_search",
    "job_work",
    "login_attempt",
    "metadata",
    "note",
    "operator_act",
    "pace",
    "payload",
    "person",
    "poll",
    "profile",
    "profile_ever",
    "profile_work",
    "promise",
    "quarantine",
    "reference",
    "removal",
    "reply",
    "session",
    "signing_key",
    "status_change",
    "suppression",
    "timer",
    "token",
    "worker",
]
