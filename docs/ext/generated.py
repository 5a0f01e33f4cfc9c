"""Fills the generated places of a page (a fence called `{generated} NAME`) with what the code says, at build time."""

import re
from collections.abc import Callable, Mapping

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from docs.ext import (
    api,
    commands,
    configuration,
    contract,
    deliveries,
    errors,
    events,
    failpoints,
    front_doors,
    messages,
    metrics,
    scenarios,
    shapes,
    statuses,
)

WRITERS: Mapping[str, Callable[[], str]] = {
    "adapter": contract.adapter,
    "api-roles": api.roles,
    "api-routes": api.routes,
    "call": contract.call,
    "commands": commands.commands,
    "configuration": configuration.configuration,
    "email-smtp": configuration.email_smtp,
    "errors": errors.errors,
    "errors-tree": errors.tree,
    "events": events.events,
    "failpoints": failpoints.failpoints,
    "findings": contract.findings,
    "hooks": contract.hooks,
    "inbound": contract.inbound,
    "kinds": contract.kinds,
    "labels": statuses.labels,
    "metrics-counted": metrics.counted,
    "metrics-standing": metrics.standing,
    "mis-generic": configuration.mis_generic,
    "names": front_doors.printhub_names,
    "names-testing": front_doors.testing_names,
    "notifications": messages.notifications,
    "obstacles": deliveries.obstacles,
    "outcomes": contract.outcomes,
    "hot-folder": configuration.hot_folder,
    "payment-stripe": configuration.payment_stripe,
    "report": contract.report,
    "scenarios": scenarios.scenarios,
    "scenarios-overview": scenarios.overview,
    "shapes": shapes.shapes,
    "signals": contract.signals,
    "sms": configuration.sms,
    "stages": statuses.stages,
    "starter": configuration.starter,
    "states": deliveries.states,
    "status-webhook": configuration.status_webhook,
    "statuses": statuses.statuses,
    "template-facts": messages.template_facts,
    "words": shapes.words,
}
"""What can be generated, by the name that pages use."""

_PLACE = re.compile(r"^```\{generated\} ([a-z-]+)\n```$", re.MULTILINE)


def fill(text: str) -> str:
    """Replace every generated place of a page by what the code says; raises KeyError for an unknown name."""
    return _PLACE.sub(lambda place: WRITERS[place[1]](), text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, which calls this for every extension."""
    app.connect("source-read", _fill_source)
    app.connect("env-get-outdated", _always_anew)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _fill_source(app: Sphinx, docname: str, source: list[str]) -> None:
    del app, docname
    source[0] = fill(source[0])


def _always_anew(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Name the pages with generated places: they depend on code, which Sphinx does not watch."""
    del app, added, changed, removed
    return [name for name in env.found_docs if _PLACE.search(env.doc2path(name).read_text(encoding="utf-8"))]
