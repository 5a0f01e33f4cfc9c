"""What of a shape the asker may see: the one place that takes out money, personal data and hidden entries."""

from dataclasses import replace
from typing import TypeVar

from printhub.core.flow.explain.report import JobReport
from printhub.core.model.access import Asker, Right
from printhub.core.model.statuses import JobStatus
from printhub.shapes.delivery import DeliveryShown
from printhub.shapes.explanation import ExplanationShown
from printhub.shapes.job import JobShown
from printhub.shapes.order import OrderFacts, OrderShown

Facts = TypeVar("Facts", bound=OrderFacts)


def report_for(asker: Asker, report: JobReport) -> JobReport:
    """A job as it was read, without the entries of its history that are hidden from the asker."""
    if asker.may(Right.READ_HIDDEN):
        return report
    dossier = report.dossier.copied()
    dossier.history = [one for one in dossier.history if one.status is not JobStatus.CUSTOM_STATUS_HIDDEN]
    return replace(report, dossier=dossier)


def job_for(asker: Asker, job: JobShown) -> JobShown:
    """A job without money, and without what went to partners, for those who may not see that."""
    hidden: dict[str, object] = {"deliveries": [delivery_for(asker, one) for one in job.deliveries]}
    if not asker.may(Right.READ_MONEY):
        order = job.order_facts
        hidden["line_price"] = None
        hidden["order_facts"] = order.model_copy(update={"total": None}) if order else None
    return job.model_copy(update=hidden)


def delivery_for(asker: Asker, delivery: DeliveryShown) -> DeliveryShown:
    """A delivery without its attempts, or without what they sent, for those who may not see that."""
    if not asker.may(Right.READ_DELIVERIES):
        return delivery.model_copy(update={"tries": []})
    if not asker.may(Right.READ_PERSONAL):
        tries = [one.model_copy(update={"exchanges": []}) for one in delivery.tries]
        return delivery.model_copy(update={"tries": tries})
    return delivery


def explanation_for(asker: Asker, found: ExplanationShown) -> ExplanationShown:
    """An explanation without what the asker may not see of deliveries."""
    return found.model_copy(update={"deliveries": [delivery_for(asker, one) for one in found.deliveries]})


def order_facts_for(asker: Asker, order: Facts) -> Facts:
    """An order's facts without money and without what customers wrote, for those who may not see that."""
    hidden: dict[str, object] = {}
    if not asker.may(Right.READ_MONEY):
        hidden["total"] = None
    if not asker.may(Right.READ_PERSONAL):
        hidden["checkout_attributes"] = {}
    return order.model_copy(update=hidden)


def order_for(asker: Asker, order: OrderShown) -> OrderShown:
    """An order without what the asker may not see."""
    hidden: dict[str, object] = {} if asker.may(Right.READ_PERSONAL) else {"personal": None, "notes": []}
    return order_facts_for(asker, order).model_copy(update=hidden)
