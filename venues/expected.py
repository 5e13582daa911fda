"""How many people are expected in a room: known to the app above, which counts delegates and says so here."""

from collections.abc import Callable, Iterable

from venues.models import Booking

# Bookings → booking's key → number of people, in a fixed number of queries.
Counter = Callable[[list[Booking]], dict[int, int]]

_counters: list[Counter] = []


def register_counter(counter: Counter) -> None:
    """Let ``counter`` count people in rooms; several are added up."""
    if counter not in _counters:
        _counters.append(counter)


def expected_in(bookings: Iterable[Booking]) -> dict[int, int]:
    """Booking's key → how many people are named for the room so far; 0 where nobody counts."""
    bookings = list(bookings)
    found = {booking.pk: 0 for booking in bookings}
    for counter in _counters:
        for key, number in counter(bookings).items():
            found[key] += number
    return found


def crowding(capacity: int | None, expected: int) -> str:
    """What to say where a room is too small; "" when it is not, or nobody knows its capacity."""
    if capacity is None or expected <= capacity:
        return ""
    return f"Phòng chứa {capacity} người, đã cử {expected} đại biểu: thiếu {expected - capacity} chỗ."
