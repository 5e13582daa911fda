"""What must be true of lists and of attendance."""

from django.db.models import Count, Exists, F, Max, OuterRef

from conferences.models import Conference
from delegates.attendance_figures import Counted, figures_of
from delegates.models import AttendanceMark, Delegate, Seat
from directory.models import NOBODY
from directory.soundness import invariant


@invariant("Số cơ quan và số người được cử không quá chỉ tiêu")
def quotas_are_kept():
    """Counted against the quota that was in force when the seat was taken."""
    groups = Seat.objects.counted().order_by().values("nomination", "group")
    for each in groups.annotate(used=Count("pk"), quota=Max("places")).filter(used__gt=F("quota")):
        yield f"danh sách số {each['nomination']}, nhóm số {each['group']}: {each['used']}/{each['quota']} cơ quan"
    seats = Delegate.objects.attending().order_by().values("seat")
    for each in seats.annotate(used=Count("pk"), quota=Max("places")).filter(used__gt=F("quota")):
        yield f"suất số {each['seat']}: {each['used']}/{each['quota']} người"


@invariant("Người được thay không còn trong danh sách")
def nobody_sits_beside_the_substitute():
    both = Delegate.objects.filter(replaces__state=Delegate.State.PROPOSED, state=Delegate.State.PROPOSED)
    for delegate in both.only("pk"):
        yield f"đại biểu số {delegate.pk}"


@invariant("Điểm danh đúng với lần ghi cuối")
def attendance_is_what_was_marked_last():
    later = AttendanceMark.objects.filter(delegate=OuterRef("delegate"), pk__gt=OuterRef("pk"))
    last = AttendanceMark.objects.filter(~Exists(later))
    for pk in last.exclude(attendance=F("delegate__attendance")).values_list("delegate", flat=True):
        yield f"đại biểu số {pk}"
    never = ~Exists(AttendanceMark.objects.filter(delegate=OuterRef("pk")))
    marked = Delegate.objects.exclude(attendance=Delegate.Attendance.UNMARKED)
    for delegate in marked.filter(never).only("pk"):
        yield f"đại biểu số {delegate.pk}"


@invariant("Điểm danh cộng theo điểm cầu và theo nhóm bằng nhau")
def attendance_adds_up():
    for conference in Conference.objects.filter(nominations__seats__delegates__isnull=False).distinct():
        figures = figures_of(conference)
        by_room = sum(figures.rooms.values(), Counted())
        if by_room != figures.total:
            yield f"hội nghị số {conference.pk}"


@invariant("Danh sách đã ẩn danh không còn tên ai")
def nobody_is_named_in_what_was_made_anonymous():
    people = Delegate.objects.filter(seat__nomination__anonymised_at__isnull=False)
    for delegate in people.exclude(full_name=NOBODY).only("pk"):
        yield f"đại biểu số {delegate.pk}"
