"""Roles of the staff: groups in the database, which superusers give on an account's page, and what they are worth.

Every member of the staff reads everything of the desk. A group carries "tổ chức hội nghị", "văn thư", or neither;
what that means for the rows of the desk is said here once, so that no new table waits for somebody to tick it.
"""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet

from directory.models import User
from hoinghi.access import ISSUE_DOCUMENTS, ORGANISE, organises, staff, works

OUR_APPS = {"directory", "correspondence", "conferences", "venues", "delegates"}
DOCUMENTS = {"officialdocument"}
# As they are made where they are missing; what superusers change about them stays.
ROLES = {
    "Cán bộ tổ chức": [ORGANISE],
    "Văn thư": [ISSUE_DOCUMENTS],
    "Người xem": [],
}
# What to do about accounts that have none.
GIVE_ROLES = "Quản trị viên giao vai trò: Quản trị → Tài khoản, lọc “vai trò cán bộ: Chưa có”, chọn ở ô Nhóm."


def make_missing_roles() -> int:
    """Answers how many were made."""
    made = 0
    for name, rights in ROLES.items():
        group, is_new = Group.objects.get_or_create(name=name)
        if is_new:
            codenames = [right.partition(".")[2] for right in rights]
            group.permissions.set(
                Permission.objects.filter(content_type__app_label="directory", codename__in=codenames)
            )
            made += 1
    return made


def staff_without_role() -> QuerySet[User]:
    """Whom nobody has given a role: they can only look, which looks like a fault to whoever worked here before."""
    staff_only = User.objects.filter(is_staff=True, is_active=True, is_superuser=False)
    return staff_only.filter(groups=None, user_permissions=None).order_by("sort_key")


class DeskRights(BaseBackend):
    """What staff may do with rows of the desk: look at all, change what their role is for."""

    def has_perm(self, user_obj, perm, obj=None):
        app, _, codename = perm.partition(".")
        verb, _, model = codename.partition("_")
        if app not in OUR_APPS or not staff(user_obj):
            return False
        if verb == "view":
            return True
        if verb not in {"add", "change", "delete"}:
            return False
        return works(user_obj) if model in DOCUMENTS else organises(user_obj)

    def has_module_perms(self, user_obj, app_label):
        return app_label in OUR_APPS and staff(user_obj)
