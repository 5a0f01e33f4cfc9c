"""The command `printhub`: its global options, its commands, and what is said when one of them fails.

Exit codes: 0 done · 1 it ran, and the answer is no · 2 wrong usage or configuration · 70 a fault of PrintHub itself.
"""

import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

import click

from printhub.cli.exits import FAULT, NO, WRONG
from printhub.cli.launch import CONFIG, Launch
from printhub.cli.lazy import Command, LazyGroup
from printhub.core.model.errors import ConfigInvalid, PrintHubError, StoreUnavailable

SECTIONS: Mapping[str, Mapping[str, Command]] = {
    "Begin": {
        "init": ("printhub.cli.init", "init", "Write a configuration to begin with, and make the store."),
        "config": ("printhub.cli.config", "config", "Check the configuration, or show its schema."),
        "plugins": ("printhub.cli.plugins", "plugins", "List the plugins, and why one is set aside."),
        "check": ("printhub.cli.check", "check", "Ask partners whether addresses and credentials are right."),
        "demo": ("printhub.cli.demo", "demo", "Watch eight jobs go through a hub of their own."),
    },
    "Run": {
        "serve": ("printhub.cli.serve", "serve", "Run the hub until SIGTERM or Ctrl-C."),
        "work": ("printhub.cli.serve", "work", "Make calls beside other processes of the same hub."),
        "openapi": ("printhub.cli.openapi", "openapi", "Write the description of the API (OpenAPI 3.1) as JSON."),
        "emit": ("printhub.cli.emit", "emit", "State events: one, an array, or JSON lines."),
    },
    "Look": {
        "overview": ("printhub.cli.overview", "overview", "Look at everything that may need somebody."),
        "jobs": ("printhub.cli.jobs", "jobs", "List jobs, show all about one, or explain it."),
        "orders": ("printhub.cli.orders", "orders", "Show all about an order, or ask for its cancellation."),
        "deliveries": ("printhub.cli.deliveries", "deliveries", "List deliveries."),
        "failures": ("printhub.cli.failures", "failures", "List what failed for good, in groups."),
        "files": ("printhub.cli.files", "files", "The files of a job: list, fetch, upload, download, restore."),
        "events": ("printhub.cli.events", "events", "List events, show one, or apply one again."),
        "callbacks": ("printhub.cli.callbacks", "callbacks", "List callbacks of partners, or show one as it came."),
        "templates": (
            "printhub.cli.templates",
            "templates",
            "List where the words of messages come from, check them, or look at one.",
        ),
        "bounces": (
            "printhub.cli.bounces",
            "bounces",
            "Tell what mails say that came back: who was refused, why, and for how long.",
        ),
        "suppressions": (
            "printhub.cli.suppressions",
            "suppressions",
            "List addresses that nothing more is sent to, put one on the list, or take one off it.",
        ),
        "notices": ("printhub.cli.notices", "notices", "List what staff were told."),
        "changes": (
            "printhub.cli.changes",
            "changes",
            "Write the feed of changes: entries of histories, and requests to storefronts.",
        ),
        "instances": ("printhub.cli.instances", "instances", "List instances, and what stops them."),
        "metrics": ("printhub.cli.metrics", "metrics", "Measure how things stand, for monitoring."),
    },
    "Act on jobs and orders": {
        "block": ("printhub.cli.acts", "block", "Keep a job in the house until it is released."),
        "release": ("printhub.cli.acts", "release", "Remove all that blocks a job."),
        "reopen": ("printhub.cli.reopen", "reopen", "Open a closed job again and ask for its files."),
        "recreate": ("printhub.cli.reopen", "recreate", "Ask the storefront to make a job's output again."),
        "reprint": (
            "printhub.cli.again",
            "reprint",
            "Send the whole chain of a job again: it is produced a second time.",
        ),
        "plan": (
            "printhub.cli.acts",
            "plan",
            "Plan a job that no route led anywhere, after the routes were put right.",
        ),
        "notes": ("printhub.cli.notes", "notes", "Note something on an order, or list its notes."),
        "po": ("printhub.cli.po", "po", "Set or clear the purchase-order number of an order."),
    },
    "Act on deliveries": {
        "retrigger": (
            "printhub.cli.retrigger",
            "retrigger",
            "Make deliveries go again that failed, wait for an action, or are retrying.",
        ),
        "bulk": ("printhub.cli.bulk", "bulk", "See how far a retrigger of many is, or stop it."),
        "settle": ("printhub.cli.acts", "settle", "Say what became of a delivery that nothing else can settle."),
        "cancel": ("printhub.cli.acts", "cancel", "End a delivery that has not gone, and what comes after it."),
        "skip": (
            "printhub.cli.acts",
            "skip",
            "Say that a delivery has nothing to do, so that what comes after it goes.",
        ),
        "send-again": (
            "printhub.cli.again",
            "send_again",
            "Make a second call of a delivery that is done, as a new run.",
        ),
    },
    "Act on instances": {
        "pause": ("printhub.cli.instances", "pause", "Make no calls to INSTANCE until it is resumed; its work waits."),
        "resume": ("printhub.cli.instances", "resume", "Let INSTANCE go on after a pause, or have it tried at once."),
    },
    "Act on users and tokens": {
        "users": ("printhub.cli.users", "users", "List who may sign in, add users, and end what they may."),
        "tokens": ("printhub.cli.tokens", "tokens", "List the tokens by which programs ask, make and revoke them."),
    },
    "Look back": {
        "acts": ("printhub.cli.act_log", "acts", "List what operators did, and why."),
        "undo": ("printhub.cli.act_log", "undo", "Take an act back, where that is possible."),
    },
    "Keep": {
        "db": ("printhub.cli.db", "db", "Bring the store to the version of this program."),
        "backup": ("printhub.cli.backup", "backup", "Save the store and all working folders while the hub runs."),
        "restore": ("printhub.cli.backup", "restore", "Put a backup in place; partners are asked before calls go."),
        "testdata": ("printhub.cli.testdata", "testdata", "Remove the test orders of a storefront for good."),
        "erase": (
            "printhub.cli.erase",
            "erase",
            "Erase a customer: events, messages, attempts, notes and files lose all personal data.",
        ),
        "dev": ("printhub.cli.dev", "dev", "Fill a store with made-up orders, to try the hub at size."),
    },
}
COMMANDS = {name: command for section in SECTIONS.values() for name, command in section.items()}


class Main(LazyGroup):
    """The whole program; it turns every error into a line that says what, where and what to do."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; its errors end here."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click's own, which it knows how to end with
        except KeyboardInterrupt as interrupt:
            if str(interrupt):
                click.echo(f"printhub: interrupted; {interrupt}", err=True)
            raise
        except Exception as error:  # noqa: BLE001 - nobody sees a traceback who did not ask for one
            code, text = _told(error)
            if ctx.ensure_object(Launch).debug:
                click.echo(traceback.format_exc(), err=True)
            click.echo(f"printhub: {text}", err=True)
            return ctx.exit(code)


@click.group(cls=Main, sections=SECTIONS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="PRINTHUB_CONFIG",
    show_envvar=True,
    help=f"The configuration file.  [default: ./{CONFIG}]",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="printhub", prog_name="printhub", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, debug: bool) -> None:
    """PrintHub, between a web-to-print storefront and everything outside it.

    Begin with `printhub init`, or watch `printhub demo`. Day by day: `printhub overview`, and
    `printhub jobs explain`. Times are in UTC. `--json` is there for scripts.
    """
    launch = ctx.ensure_object(Launch)
    launch.debug = debug
    launch.config = config or launch.config


def main() -> None:
    """Run the program: what the console script calls."""
    for stream in (sys.stdout, sys.stderr):
        # A job's name may hold letters that the terminal's encoding lacks.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    cli()


def _told(error: Exception) -> tuple[int, str]:
    match error:
        case ConfigInvalid(problems=[problem]):
            return WRONG, problem
        case ConfigInvalid(problems=problems):
            return WRONG, "\n  ".join([f"the configuration has {len(problems)} problems:", *problems])
        case StoreUnavailable():
            return WRONG, str(error)
        case PrintHubError():
            return NO, str(error)
        case _:
            # Its text may hold anything, a customer's address too: type and place say enough to those who mend it.
            frames = traceback.extract_tb(error.__traceback__)
            where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
            what = f"a fault of PrintHub itself, {type(error).__name__}{where}"
            return FAULT, f"{what}; run it again with --debug for the traceback"
