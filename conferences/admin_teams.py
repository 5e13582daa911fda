"""For pages of the desk whose rows belong to a conference."""

from django.contrib import messages

from conferences.models import Conference
from conferences.policies import can_change_conference
from hoinghi.access import organises

ONLY_SHOWN = "Hội nghị này có tổ công tác riêng, tài khoản này không ở trong đó nên chỉ xem."


class OfConference:
    """The conference's team, where it has one, changes its rows; a row without a conference is everybody's."""

    def conference_of(self, obj) -> Conference | None:
        return obj.conference

    def is_theirs(self, user, obj) -> bool:
        conference = self.conference_of(obj) if obj else None
        return conference is None or can_change_conference(user, conference)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.is_theirs(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.is_theirs(request.user, obj)

    def formfield_for_foreignkey(self, db_field, request, **options):
        """Nobody gives a row to a conference whose rows are not theirs."""
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.related_model is Conference:
            field.queryset = Conference.objects.changeable_by(request.user)
            field.error_messages["invalid_choice"] = (
                "Hội nghị này có tổ công tác riêng, tài khoản này không ở trong đó. Chọn hội nghị khác."
            )
        return field

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and organises(request.user) and not self.is_theirs(request.user, obj):
            messages.warning(request, ONLY_SHOWN)
        return super().render_change_form(request, context, add, change, form_url, obj)


class ExportsOpen:
    """For sheets of many conferences: rows of one with a team go along for the team alone.

    Attributes:
        conference_path: of relations, from a row to its conference.
    """

    conference_path = "conference"

    def get_export_data(self, file_format, request, queryset, **kwargs):
        closed = Conference.objects.closed_to(request.user).values("pk")
        queryset = queryset.exclude(**{f"{self.conference_path}__in": closed})
        return super().get_export_data(file_format, request, queryset, **kwargs)
