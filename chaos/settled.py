"""Whether a hub has come to rest, read from its store."""

from collections import Counter

from chaos import evidence

WAITS = frozenset({"unpaid", "predecessor"})
"""Obstacles that nothing in a campaign lifts any more once all was said."""


def what_is_open(store: str) -> Counter[str]:
    """How many deliveries are still under way, by state and instance; empty when none is."""
    open_: Counter[str] = Counter()
    deliveries = evidence.read(store, "delivery")
    occupied = evidence.occupied_lanes(deliveries)
    for delivery in deliveries:
        state = delivery["state"]
        moves = state in ("running", "retrying", "accepted") or delivery["asking"]
        moves = moves or (state == "ready" and delivery["lane"] not in occupied)
        if moves or (state == "unknown" and evidence.FOR_A_PERSON not in delivery["reason"]):
            open_[f"{state} at {delivery['instance']}"] += 1
        elif state == "held" and not {obstacle[0] for obstacle in delivery["obstacles"]} <= WAITS:
            open_[f"held at {delivery['instance']}"] += 1
    return open_
