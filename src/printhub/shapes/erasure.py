"""What became of the erasure of a customer's personal data."""

from typing import TYPE_CHECKING, Self

from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the flow, which a client does without
    from printhub.core.flow.erasing import Erased, Erasure


class OrderErased(Shape):
    """An order of the customer."""

    order: str
    jobs: list[str]
    in_the_way: list[str]
    """Deliveries that have not ended: the order was left as it is. Empty where it was erased."""

    @classmethod
    def of(cls, erased: "Erased") -> Self:
        """What became of one order."""
        return cls(order=erased.order, jobs=list(erased.jobs), in_the_way=list(erased.in_the_way))


class ErasureShown(Shape):
    """What was erased; with a dry run what would be."""

    storefront: str
    dry_run: bool
    orders: list[OrderErased]
    """The orders whose personal data went, by their own numbers; those that were left say what is in the way."""
    mentions: int
    """Events that led to no order, and refused input, that named the customer and were made empty."""
    complete: bool
    """Whether nothing was left."""

    @classmethod
    def of(cls, done: "Erasure", *, dry_run: bool) -> Self:
        """What was done, or would be."""
        orders = [OrderErased.of(one) for one in done.orders]
        return cls(
            storefront=done.storefront,
            dry_run=dry_run,
            orders=orders,
            mentions=done.mentions,
            complete=not done.left,
        )
