"""How `printhub jobs show` looks: what and where, what stands in the way, deliveries, history, files."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text

from printhub.cli.output import Cell, Output, away, clean, moment, size, state, styled, why
from printhub.cli.schedule import scheduled
from printhub.cli.way_view import show_ways
from printhub.core.flow.explain.obstacles import in_the_way
from printhub.core.flow.explain.report import Attempt, JobReport
from printhub.core.model.deliveries import Delivery
from printhub.core.model.history import StatusChange
from printhub.core.model.known import JobRecord
from printhub.core.notifications.subject import called


@dataclass(frozen=True, slots=True)
class JobView:
    """Shows one job."""

    report: JobReport
    out: Output

    def show(self) -> None:
        """Write everything."""
        self._head()
        self._obstacles()
        self._deliveries()
        self._history()
        self._files()

    def _head(self) -> None:
        job, order, holder = self.report.dossier.job, self.report.dossier.order, self.report.current
        status: list[Cell] = [styled(status_words(job, holder), "bold")]
        status += [styled("  BLOCKED", "bold red")] if job.blocked else []
        status += [styled("  CANCELLED", "bold red")] if job.cancelled else []
        self.out.line(styled(f"Job {job.number}", "bold"), f" of {job.storefront}, {job.mode}")
        self.out.line(*status, f"  since {moment(holder.time)}, by {holder.by}" if holder else "")
        self.out.line()
        facts = [("product", _product(job)), *((name, value) for name, value in sorted(job.attributes.items()))]
        if order is not None:
            paid = f"payment {order.payment_status}{' (test)' if order.test_payment else ''}"
            parts = [order.number, str(order.status), paid, f"approval {order.approval}", str(order.total)]
            facts.append(("order", ", ".join([*parts, *(["deleted"] if order.deleted else [])])))
            facts += (
                [("scheduled", scheduled(order.release_at, order.storefront, self.report.settings, self.report.now))]
                if order.release_at
                else []
            )
            facts += [("PO number", order.po_number)] if order.po_number else []
        facts += [("child of", job.parent)] if job.parent else []
        facts += [("reference", job.external_reference)] if job.external_reference else []
        facts.append(("output", f"{job.output}, approval {job.approval}"))
        facts.append(("known since", moment(job.created_at)))
        self.out.pairs(facts)

    def _obstacles(self) -> None:
        found = in_the_way(self.report)
        self._title("In the way" if found else "Nothing is in the way")
        show_ways(self.out, found, self.report.now)

    def _deliveries(self) -> None:
        found = self.report.deliveries
        if not found:
            return
        self._title("Deliveries")
        for delivery in found:
            run = f", run {delivery.run}" if delivery.run > 1 else ""
            self.out.line(
                state(delivery.state),
                styled(f"  {called(delivery)} at {delivery.instance}{run}", "bold"),
                f"  {delivery.id}",
            )
            for text in _about(delivery, self.report):
                self.out.item("", text, lead="    ")
            for attempt in self.report.attempts[delivery.id]:
                self.out.item("", _tried(attempt), lead="      ")

    def _history(self) -> None:
        if not self.report.history:
            return
        self._title("History")
        rows: list[list[Cell]] = []
        for entry in self.report.history:
            mark = "*" if entry is self.report.current else "x" if not entry.stands else ""
            name = styled(_name(entry), "" if entry.stands else "strike dim")
            rows.append([mark, moment(entry.time), name, _entry(entry)])
        self.out.table(["", "when", "status", "by, and what"], rows)
        self.out.line(styled("* is the current status, x was removed", "dim"))

    def _files(self) -> None:
        files = list(self.report.dossier.files.values())
        if not files:
            return
        self._title("Files")
        rows: list[list[Cell]] = []
        for file in files:
            notes = [file.name, f"part {file.part}" if file.part else "", file.reason]
            notes += ["superseded"] if file.superseded else []
            rows.append([state(file.state), file.role, size(file.size), ", ".join(filter(None, notes))])
        self.out.table(["state", "role", "size", "file"], rows)

    def _title(self, text: str) -> None:
        self.out.line()
        self.out.line(styled(text, "bold underline"))


def status_words(job: JobRecord, holder: StatusChange | None = None) -> str:
    """The current status, with its label where it has one."""
    if holder is not None:
        return _name(holder)
    return str(job.status) if job.status else "no status yet"


def _name(entry: StatusChange) -> str:
    return f"{entry.status}: {entry.label}" if entry.label else str(entry.status)


def _product(job: JobRecord) -> str:
    parts = [job.product or "(no name)", f"{job.product_type}", f"{job.quantity} pieces"]
    parts += [f"{len(job.parts)} parts"] if job.parts else []
    parts += [str(job.line_price)] if job.line_price else []
    return ", ".join(parts)


def _about(delivery: Delivery, report: JobReport) -> Iterator[str]:
    tries = report.attempts[delivery.id]
    if (reason := why(delivery)) and not (tries and tries[-1]["detail"] == reason):
        yield reason
    if delivery.reference:
        yield f"reference {delivery.reference}"
    if delivery.parts:
        names = {str(file.id): file.name for file in report.dossier.files.values()}
        yield f"arrived: {', '.join(sorted(names.get(part, f'part {part}') for part in delivery.parts))}"
    if delivery.next_at is not None:
        yield f"next at {away(delivery.next_at, report.now)}"
    if delivery.give_up_at is not None and not delivery.state.is_end:
        yield f"given up after {moment(delivery.give_up_at)}"


def _tried(attempt: Attempt) -> str:
    what = "asked after attempt" if attempt["purpose"] == "lookup" else "attempt"
    took = (attempt["ended_at"] - attempt["began_at"]).total_seconds()
    shown = f"{took:.1f} s" if took >= 1 else f"{took * 1000:.0f} ms"
    late = ", too late to count" if attempt["stale"] else ""
    detail = f": {attempt['detail']}" if attempt["detail"] else ""
    return f"{moment(attempt['began_at'])} {what} {attempt['number']}, {shown}, {attempt['outcome']}{late}{detail}"


def _entry(entry: StatusChange) -> Text:
    text = clean(entry.by)
    if entry.detail:
        text += clean(f": {entry.detail}")
    if entry.opens is not None:
        text += clean(f" (epoch {entry.epoch} begins: {entry.opens})")
    if entry.at is not None and (entry.received_at - entry.at).total_seconds() > 60:
        text += clean(f" (told {moment(entry.received_at)})")
    if entry.removed_at is not None:
        text += clean(f" (removed {moment(entry.removed_at)} by {entry.removed_by}: {entry.removed_why})")
    return text
