"""The configuration of the hubs that are measured: storefronts, instances, and where the store is."""

from bench.engine.contender import Site
from bench.engine.workload import (
    BODIES,
    CALLS,
    CHAINED,
    MAILING,
    MAILING_SOURCE,
    POST,
    SINGLE,
    SOURCE,
    STOREFRONT,
)

_HUB = """
[hub]
data = "var"
log_level = "warning"

[storefronts.{storefront}]
sources = ["{source}"]
mode = "live"
files_stay_put = true

[storefronts.{mailing}]
sources = ["{mailing_source}"]
mode = "live"
files_stay_put = true
mail = {{ sender = "Sample Print <orders@shop.example>", bounces = "bounces@hub.example" }}

[[routes]]
storefronts = ["{storefront}"]
instances = ["{chained}", "{single}"]

[[routes]]
storefronts = ["{mailing}"]
instances = ["{post}"]

[instances.{post}]
adapter = "email_smtp"
slots = 8
mode = "live"

[instances.{post}.config]
host = "127.0.0.1"
port = {smtp}
security = "none"
"""
_INSTANCE = """
[instances.{name}]
adapter = "mis_generic"
slots = 16
mode = "live"

[instances.{name}.config]
base_url = "{sink}/{name}"
idempotency.honours_key = true
"""
_VERB = """
[instances.{name}.config.{verb}]
path = "{verb}/{{{{ job.id }}}}"
[instances.{name}.config.{verb}.body]{body}"""


def hub_file(site: Site, places: str = "") -> str:
    """The text of `printhub.toml`; `places` are the sections that say where store and bus are, if not in the folder."""
    text = _HUB.format(
        storefront=STOREFRONT,
        source=SOURCE,
        chained=CHAINED,
        single=SINGLE,
        mailing=MAILING,
        mailing_source=MAILING_SOURCE,
        post=POST,
        smtp=site.smtp,
    )
    text += places
    for name in (CHAINED, SINGLE):
        calls = [call for call in CALLS if call.startswith(f"{name}/")]
        text += _INSTANCE.format(name=name, sink=site.sink)
        if f"{name}/assets" in calls:
            text += 'artwork.mode = "url"\n'
        text += "".join(_VERB.format(name=name, verb=call.rpartition("/")[2], body=BODIES[call]) for call in calls)
    return text
