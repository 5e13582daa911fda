from venues.models.bookings import Booking
from venues.models.rooms import Room

__all__ = ["Booking", "Room"]
