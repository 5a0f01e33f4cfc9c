"""The file that `printhub init` writes: a storefront in test mode, and a MIS to be filled in."""

_STARTER = """\
# The configuration of PrintHub. Check it with `printhub config check`.
#
# Durations are text: "30s", "10m", "1h30m", "2d". Paths are relative to this file.
#
# Any setting may be given by the environment instead: `instances.mis.config.auth.token` is
# PRINTHUB_INSTANCES__MIS__CONFIG__AUTH__TOKEN. A secret may also be a file of that name in lower case without the
# prefix (instances__mis__config__auth__token) in the folder of secret files.

[hub]
# Where the store and the working folders lie.
data = "var"
log_level = "info"
# The folder of secret files; left out, $CREDENTIALS_DIRECTORY, else /run/secrets.
#secrets_dir = "secrets"

# Where `printhub serve` answers storefronts, people and partners over HTTP; take it away to have no door.
[web]
listen = "127.0.0.1:8600"

# A storefront whose events are taken. It begins in test mode: its orders reach test instances only.
[storefronts.shop]
# The CloudEvents sources that its events carry.
sources = ["https://shop.example/"]
mode = "test"
time_zone = "UTC"
# When an order is free for production: "paid", "authorized" or "invoice".
production_on = "paid"

# A MIS that jobs are sent to, by the plugin printhub-mis-generic. Take the # away from the lines that have no space
# after it, and write what your MIS needs; the plugin's documentation explains its settings.
#[instances.mis]
#adapter = "mis_generic"
#mode = "test"
#timeout = "30s"

#[instances.mis.retry]
#give_up_after = "24h"

#[instances.mis.config]
#base_url = "https://mis.example/api"
#auth = { type = "bearer" }

#[instances.mis.config.notify]
#path = "/jobs"
#body = { number = "{{ job.id }}", quantity = "{{ job.quantity }}" }

# Which jobs go where: for each kind of adapter the first rule that fits counts. A rule without storefronts or
# product types is for all of them.
#[[routes]]
#storefronts = ["shop"]
#instances = ["mis"]
"""


def example() -> str:
    """Write a commented starter file, which loads as it is, whatever plugins there are.

    The part for a MIS is commented out: its address is known to the operator alone, and its secret (here the token)
    belongs in the environment or in a secret file.
    """
    return _STARTER
