"""`printhub templates`: the words of messages to people: where they come from, and how they look."""

from pathlib import Path
from typing import Any

import click

from printhub.cli.exits import NO
from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json
from printhub.cli.output import Cell, Output, styled
from printhub.cli.sample_message import Previewed, as_eml, as_letter, previewed
from printhub.core.channels.sms.segments import segments_of
from printhub.core.hub import Hub
from printhub.core.model.errors import NotFound, not_configured
from printhub.core.templates.catalogue import NOTIFICATIONS
from printhub.core.templates.languages import chain
from printhub.core.templates.tokens import TOKENS

_FORMS = ("text", "html", "eml", "letter", "sms", "json")


@click.group()
def templates() -> None:
    """List where the words of messages come from, check them, or look at one."""


@templates.command("list")
@click.option("--storefront", metavar="NAME", help="As this storefront sees it; left out, the first there is.")
@click.option("--language", metavar="TAG", default="en", show_default=True, help="As a reader of this language.")
@as_json
@click.pass_obj
def list_(launch: Launch, *, storefront: str | None, language: str, as_data: bool) -> None:
    """List every notification with the files that its words come from.

    What has no html.html of its own gets a common form, made of its text. With --json: {"templates":
    [{"notification", "audience", "critical", "meaning", "part", "layer", "language", "path"}]}.
    """
    with opened(launch, store=False) as hub:
        _require_storefront(hub, storefront or "")
        named = storefront or next(iter(hub.settings.storefronts), "")
        found = list(hub.templates.listing(named, language))
    out = Output()
    if as_data:
        shown: list[dict[str, Any]] = []
        for name, part, source in found:
            one = NOTIFICATIONS[name]
            known = {"notification": name, "audience": one.audience, "critical": one.critical, "meaning": one.meaning}
            place = {"layer": source.layer, "language": source.language, "path": source.path} if source else {}
            shown.append({**known, "part": part, "layer": None, "language": None, "path": None, **place})
        out.json({"templates": shown})
        return
    lines: list[list[Cell]] = []
    for name in NOTIFICATIONS:
        parts = [f"{part} ({source.layer})" for other, part, source in found if other == name and source]
        critical = "critical" if NOTIFICATIONS[name].critical else "-"
        lines.append([name, str(NOTIFICATIONS[name].audience), critical, ", ".join(parts)])
    out.listing(["notification", "for", "", "files"], lines, None, "there is none")


@templates.command("tokens")
@as_json
def tokens(*, as_data: bool) -> None:
    """List the tokens such as %Order.OrderNumber% that templates may use, and what each stands for."""
    out = Output()
    if as_data:
        out.json(dict(TOKENS))
        return
    lines: list[list[Cell]] = [[f"%{token}%", f"{{{{ {expression} }}}}"] for token, expression in TOKENS.items()]
    out.listing(["token", "stands for"], lines, None, "there is none")


@templates.command("check")
@click.option("--language", "languages", metavar="TAG", multiple=True, help="Only in this language; may be repeated.")
@as_json
@click.pass_context
def check(ctx: click.Context, *, languages: tuple[str, ...], as_data: bool) -> None:
    """Render every template of every storefront with made-up facts, in all languages that there are.

    Your own files that no message uses are read too, and names that are nearly right are told: a folder shiped, say.
    Exits with 1 when anything is wrong. With --json: {"ok", "problems": [{"storefront", "language",
    "notification", "what"}]}.
    """
    with opened(ctx.ensure_object(Launch), store=False) as hub:
        names = sorted(hub.settings.storefronts) or ["shop"]
        there = hub.templates.languages(names)
        for language in languages:
            if not {*chain([language])} & {*there}:
                raise click.UsageError(f"there are no templates in {language}; there are in: {', '.join(there)}")
        wanted = languages or there
        problems = list(hub.templates.check(names, wanted))
    out = Output()
    if as_data:
        fields = ("storefront", "language", "notification", "what")
        told = [{name: getattr(problem, name) for name in fields} for problem in problems]
        out.json({"ok": not problems, "problems": told})
    else:
        for problem in problems:
            where = f"{problem.storefront}, {problem.language}: {problem.what}"
            out.item(styled(problem.notification, "red"), where, lead="")
        bad = f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}"
        good = f"{len(NOTIFICATIONS)} notifications in {len(wanted)} languages for {', '.join(names)} are right"
        out.line(styled(bad, "bold red") if problems else good)
    ctx.exit(NO if problems else 0)


@templates.command("preview")
@click.argument("notification", type=click.Choice(list(NOTIFICATIONS)), metavar="NOTIFICATION")
@click.option("--storefront", metavar="NAME", help="As this storefront sends it; left out, the first there is.")
@click.option("--language", metavar="TAG", help="The reader's; left out, the customer's, else the storefront's.")
@click.option("--order", metavar="ORDER", help="With the facts of this order; left out, with made-up ones.")
@click.option("--as", "form", type=click.Choice(_FORMS), default="text", show_default=True, help="What to write.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; left out, the output."
)
@click.pass_obj
def preview(
    launch: Launch,
    *,
    notification: str,
    storefront: str | None,
    language: str | None,
    order: str | None,
    form: str,
    output: Path | None,
) -> None:
    """Look at one NOTIFICATION, as text, HTML, a whole mail (eml), a letter (PDF), a text message, or all as JSON.

    `printhub templates list` names them. What no order tells of by itself, such as a parcel, is made up; which that is
    stands on the error output, as does how many segments a text message takes. Nothing is sent and nothing is kept.
    """
    with opened(launch, store=order is not None) as hub:
        _require_storefront(hub, storefront or "")
        shown = previewed(hub, notification, storefront, language, order)
        written = _written(hub, notification, shown, form)
    if order is not None and shown.made_up:
        click.echo(f"printhub: made up, because no order tells of it: {', '.join(shown.made_up)}", err=True)
    if output is not None:
        try:
            output.write_bytes(written)
        except OSError as error:
            raise click.UsageError(f"{output} cannot be written: {error.strerror}") from None
    elif form == "letter":
        raise click.UsageError("a letter is a PDF: say --output FILE")
    else:
        click.echo(written, nl=False)


def _written(hub: Hub, notification: str, shown: Previewed, form: str) -> bytes:
    words = hub.templates.preview(notification, shown.storefront, shown.language, shown.facts)
    match form:
        case "html":
            return (words.html or "").encode()
        case "sms":
            text = words.sms or ""
            click.echo(f"printhub: {segments_of(text)}", err=True)
            return f"{text}\n".encode()
        case "eml":
            return as_eml(hub, shown, words)
        case "letter":
            return as_letter(hub, shown, words)
        case "json":
            return words.as_json().encode()
        case _:
            return f"{words.subject}\n\n{words.text}".encode()


def _require_storefront(hub: Hub, name: str) -> None:
    if name and name not in hub.settings.storefronts:
        raise NotFound(not_configured("storefront", name, hub.settings.storefronts))
