"""Rows of an organisation, for which its focal points answer."""

from django.db import models

from directory.models import Mandate


class HeldQuerySet(models.QuerySet):
    """Of a model with an ``organisation``; where that has ended, its successor's focal points answer."""

    def held_by(self, user):
        """Those for which the user is a focal point today."""
        return self.filter(organisation__in=user.places(Mandate.Role.FOCAL_POINT))

    def visible_to(self, user):
        """Staff see all; a focal point those of its organisations."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_staff else self.held_by(user)
