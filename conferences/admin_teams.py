"""For pages of the desk whose rows belong to a conference."""

from conferences.policies import can_change_conference


class OfConference:
    """The conference's team, where it has one, changes its rows; a row without a conference is everybody's."""

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._is_theirs(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._is_theirs(request.user, obj)

    def _is_theirs(self, user, obj) -> bool:
        return obj is None or obj.conference is None or can_change_conference(user, obj.conference)
