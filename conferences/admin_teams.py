"""For pages of the desk whose rows belong to a conference."""

from conferences.models import Conference
from conferences.policies import can_change_conference


class OfConference:
    """The conference's team, where it has one, changes its rows; a row without a conference is everybody's."""

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.is_theirs(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.is_theirs(request.user, obj)

    def is_theirs(self, user, obj) -> bool:
        return obj is None or obj.conference is None or can_change_conference(user, obj.conference)

    def formfield_for_foreignkey(self, db_field, request, **options):
        """Nobody gives a row to a conference whose rows are not theirs."""
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.related_model is Conference:
            field.queryset = Conference.objects.changeable_by(request.user)
            field.error_messages["invalid_choice"] = (
                "Hội nghị này có tổ công tác riêng, tài khoản này không ở trong đó. Chọn hội nghị khác."
            )
        return field
