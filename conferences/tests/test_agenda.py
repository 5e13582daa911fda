"""The agenda: a draft for staff, versions for readers; what differs; who is wanted in two places at once."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction

from conferences import agenda
from conferences.agenda import AgendaDifference, compare, items_of, newest_version, shown_items, unpublished
from conferences.clashes import persons_in, warnings_of
from conferences.models import AgendaItem, AgendaVersion, Conference
from conferences.services import NotPublished, announce, publish_agenda
from directory.models import AuditEntry
from hoinghi.tests.cast import make_conference
from hoinghi.text import VIETNAM

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 11, 28, 14, 5, tzinfo=VIETNAM)
START = dt.datetime(2026, 12, 4, 8, tzinfo=VIETNAM)


@pytest.fixture
def conference(conference):
    conference.start_at, conference.end_at = START, START + dt.timedelta(hours=4)
    conference.nomination_deadline = START - dt.timedelta(days=1)
    conference.save()
    conference.agenda.create(title="Khai mạc", lasts=15, presenter="{chair}")
    conference.agenda.create(title="Báo cáo", starts_after=15, lasts=30, presenter="Cục ĐCK")
    return conference


def publish(conference, actor="kiểm thử", **values):
    conference = Conference.objects.get(pk=conference.pk)
    return publish_agenda(
        conference=conference,
        **({"mark": agenda.mark_of(conference), "actor": actor, "at": AT} | values),
    )


def lines(conference) -> list[str]:
    return [agenda.line_of(item) for item in shown_items(Conference.objects.get(pk=conference.pk))]


class TestVersions:
    def test_readers_see_what_was_published_and_never_the_draft(self, conference, an):
        assert lines(conference) == []
        first = publish(conference, an)
        assert (first.number, first.published_by, first.published_at, first.differences) == (1, an, AT, [])
        conference.agenda.filter(title="Báo cáo").update(starts_after=30)
        conference.agenda.create(title="Bế mạc", starts_after=200)
        assert lines(conference) == [
            "8h00: Khai mạc (15 phút), Bộ trưởng Bộ Công Thương",
            "8h15: Báo cáo (30 phút), Cục ĐCK",
        ]
        second = publish(conference, an, note="Bổ sung bế mạc")
        assert lines(conference)[1:] == ["8h30: Báo cáo (30 phút), Cục ĐCK", "11h20: Bế mạc"]
        assert second.number == 2
        assert [str(AgendaDifference(**row)) for row in second.differences] == [
            "8h30: Báo cáo (30 phút), Cục ĐCK (trước đây: 8h15: Báo cáo (30 phút), Cục ĐCK)",
            "11h20: Bế mạc (mới)",
        ]
        entry = AuditEntry.objects.filter(action="agenda.publish").latest("pk")
        assert entry.changes["version"] == [1, 2]
        assert entry.changes["reason"] == ["", "Bổ sung bế mạc"]

    def test_publishing_the_conference_publishes_its_agenda(self, conference, an, monkeypatch):
        monkeypatch.setattr("conferences.services.publishing._refuse_unready", lambda *args: None)
        Conference.objects.update(state="draft", announced_at=None)
        conference = Conference.objects.get(pk=conference.pk)
        assert len(shown_items(conference)) == 2  # staff see their draft, nobody else sees anything
        announce(conference=conference, actor=an, at=AT)
        assert newest_version(conference).number == 1
        assert conference.change_notices.get().facts["agenda"][0]["printed"] == lines(conference)[0]

    def test_a_conference_without_an_agenda_publishes_none(self, conference, an, monkeypatch):
        monkeypatch.setattr("conferences.services.publishing._refuse_unready", lambda *args: None)
        conference.agenda.all().delete()
        Conference.objects.update(state="draft", announced_at=None)
        announce(conference=Conference.objects.get(pk=conference.pk), actor=an, at=AT)
        assert not AgendaVersion.objects.exists()

    def test_moving_the_conference_moves_every_version_and_every_item(self, conference):
        publish(conference)
        conference.agenda.create(title="Tham quan", day=2, starts_after=60)
        publish(conference)
        conference.start_at += dt.timedelta(days=7, hours=1)
        conference.end_at += dt.timedelta(days=7, hours=1)
        conference.save()
        moved = [item.starts_at for item in shown_items(conference)]
        day = dt.datetime(2026, 12, 11, 9, tzinfo=VIETNAM)
        assert moved == [day, day + dt.timedelta(minutes=15), day + dt.timedelta(days=1, hours=1)]
        assert not unpublished(conference)

    def test_texts_follow_the_facts_that_they_cite(self, conference):
        publish(conference)
        conference.chair_title = "Thứ trưởng Bộ Công Thương"
        conference.save()
        assert lines(conference)[0].endswith("Thứ trưởng Bộ Công Thương")
        assert not unpublished(conference)

    def test_every_column_of_a_row_comes_back(self, conference):
        item = conference.agenda.first()
        changes = {
            "day": 3,
            "starts_after": -30,
            "lasts": 45,
            "position": 2,
            "part": "Phần I",
            "title": "Đón tiếp",
            "presenter": "Bà Lê Thị B; Cục ĐCK",
            "chair": "Ông C",
            "place": "Sảnh",
            "is_break": True,
        }
        AgendaItem.objects.filter(pk=item.pk).update(**changes)
        publish(conference)
        kept = next(each for each in items_of(newest_version(conference), conference) if each.pk == item.pk)
        assert {name: getattr(kept, name) for name in changes} == changes
        assert set(changes) == {
            field.name for field in AgendaItem._meta.concrete_fields if field.name not in ("id", "conference")
        }

    @pytest.mark.parametrize(
        ("prepare", "said"),
        [
            (lambda c: c.agenda.all().delete(), "chưa có nội dung nào"),
            (lambda c: Conference.objects.update(state="draft"), "còn là bản nháp"),
            (lambda c: Conference.objects.update(state="cancelled"), "đã hủy"),
            (publish, "không có gì khác"),
        ],
        ids=["empty", "draft", "cancelled", "same"],
    )
    def test_what_cannot_be_published(self, conference, prepare, said):
        prepare(conference)
        versions = AgendaVersion.objects.count()
        with pytest.raises(NotPublished, match=said):
            publish(conference)
        assert AgendaVersion.objects.count() == versions

    def test_what_was_edited_after_the_page_was_read_is_not_published(self, conference):
        mark = agenda.mark_of(conference)
        conference.agenda.filter(title="Báo cáo").update(presenter="Sở Công Thương")
        with pytest.raises(NotPublished, match="đã được sửa sau khi"):
            publish(conference, mark=mark)

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("lock", [True, False], ids=["locked", "control"])
    def test_two_clerks_who_press_at_once_publish_one_version(self, conference, lock, monkeypatch):
        """The second one waits for the first, then finds nothing new; without the lock both write number 1."""
        barrier, results = threading.Barrier(2), []
        mark = agenda.mark_of(conference)
        if not lock:
            manager = type(Conference.objects)
            monkeypatch.setattr(manager, "select_for_update", lambda self, **options: self.all())
        unpublished_now = agenda.unpublished

        def slow(found):
            answer = unpublished_now(found)
            if not lock:  # both have looked before either writes
                barrier.wait(10)
            return answer

        monkeypatch.setattr(agenda, "unpublished", slow)

        def press():
            try:
                results.append(publish_agenda(conference=conference, mark=mark, actor="a", at=AT).number)
            except Exception as error:
                results.append(type(error).__name__)
            connections.close_all()

        threads = [threading.Thread(target=press) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(map(str, results)) == (["1", "NotPublished"] if lock else ["1", "IntegrityError"])


def item(title="Báo cáo", starts_after=0, **values):
    return AgendaItem(conference=Conference(start_at=START), title=title, starts_after=starts_after, **values)


def test_a_renamed_item_stands_against_the_one_at_its_hour():
    assert compare([item("Khai mạc")], [item("Lễ khai mạc")]) == [
        AgendaDifference("8h00: Khai mạc", "8h00: Lễ khai mạc")
    ]


def test_an_item_put_in_front_leaves_the_others_alone():
    old = [item("A", 0), item("B", 30)]
    assert compare(old, [item("Đón tiếp", -30), *old]) == [AgendaDifference("", "7h30: Đón tiếp")]


def test_two_equal_items_of_which_one_goes():
    assert compare([item("Nghỉ", 0), item("Nghỉ", 0)], [item("Nghỉ", 0)]) == [
        AgendaDifference("8h00: Nghỉ", "")
    ]


def test_a_difference_that_no_line_shows_is_said():
    plain, in_part, pause = item(), item(part="Phần II"), item(is_break=True)
    line = "8h00: Báo cáo"
    assert compare([plain], [in_part]) == [
        AgendaDifference(f"{line}, không thuộc phần nào", f"{line}, thuộc “Phần II”")
    ]
    assert compare([plain], [pause]) == [
        AgendaDifference(f"{line}, không phải giờ nghỉ", f"{line}, giờ nghỉ")
    ]


def test_nothing_and_nothing_is_the_same():
    assert compare([], []) == []


class TestClashes:
    @pytest.mark.parametrize(
        ("text", "persons"),
        [
            ("Ông Nguyễn Văn A, Phó Cục trưởng; bà Lê Thị B", ["Nguyễn Văn A", "Lê Thị B"]),
            ("đồng chí TS. Trần C", ["Trần C"]),
            ("Các đại biểu; Đại biểu tại các điểm cầu", []),
            ("Sở Công Thương tỉnh Đắk Lắk", ["Sở Công Thương tỉnh Đắk Lắk"]),
            (" ; ;", []),
        ],
    )
    def test_persons_in_a_field(self, text, persons):
        assert persons_in(text) == persons

    def test_one_person_in_two_items_at_once(self, conference):
        conference.agenda.create(title="Tham luận", starts_after=20, lasts=10, place="P2", presenter="Bà B")
        conference.agenda.create(title="Thảo luận", starts_after=25, lasts=5, place="P3", chair="bà b, Sở CT")
        (said,) = warnings_of(conference)
        assert said == "B cùng lúc ở hai nơi, 8h25 ngày 04/12/2026: “Tham luận” và “Thảo luận”."

    def test_a_comma_in_the_name_of_a_body_begins_no_post(self, conference):
        body = "Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công"
        Conference.objects.filter(pk=conference.pk).update(issuing_unit_name=body)
        group = conference.groups.first()
        group.units.create(name="Vụ Kế hoạch, Tài chính")
        for start, place in ((20, "P2"), (25, "P3")):
            presenter = "{issuing_unit}; Vụ Kế hoạch, Tài chính"
            conference.agenda.create(
                title=f"Báo cáo {place}", starts_after=start, lasts=10, place=place, presenter=presenter
            )
        said = warnings_of(Conference.objects.printable().get(pk=conference.pk))
        assert sorted(each.split(" cùng lúc")[0] for each in said) == [body, "Vụ Kế hoạch, Tài chính"]

    def test_one_room_for_two_items_at_once(self, conference):
        conference.agenda.create(title="Tham luận", starts_after=20, lasts=10, place="Phòng 210")
        conference.agenda.create(title="Thảo luận", starts_after=20, place="phong 210")
        assert [said.split(":")[0] for said in warnings_of(conference)] == [
            "Phòng “Phòng 210” có hai nội dung cùng lúc, 8h20 ngày 04/12/2026"
        ]

    def test_items_one_after_the_other_do_not_clash(self, conference):
        conference.agenda.create(title="Thảo luận", starts_after=45, lasts=15, presenter="Cục ĐCK")
        conference.agenda.create(title="Nghỉ", starts_after=50, lasts=15, is_break=True)
        assert warnings_of(conference) == []

    def test_somebody_who_speaks_elsewhere_at_that_hour(self, conference, world):
        other = make_conference(
            world,
            slug="khac",
            start_at=conference.start_at,
            end_at=conference.end_at,
            nomination_deadline=None,
        )
        other.agenda.create(title="Tham luận chung", starts_after=20, lasts=10, presenter="Cục ĐCK")
        assert warnings_of(conference) == []  # nobody knows of it yet
        publish(other)
        assert any("Tham luận chung" in said for said in warnings_of(conference))

    def test_an_item_after_the_end(self, conference):
        conference.agenda.create(title="Ăn trưa", starts_after=230, lasts=60)
        assert "“Ăn trưa” 11h50 ngày 04/12/2026 nằm sau giờ kết thúc của hội nghị." in warnings_of(conference)


def test_the_migration_takes_what_was_read_as_version_one(conference):
    from importlib import import_module

    from django.apps import apps

    Conference.objects.filter(pk=conference.pk).update(announced_at=AT)
    migration = import_module("conferences.migrations.0010_first_agenda_versions")
    migration.publish_what_was_read(apps, None)
    version = AgendaVersion.objects.get()
    assert (version.number, version.published_at) == (1, AT)
    assert not unpublished(conference)


@pytest.mark.parametrize("text", ["{khong-co}", "\0", "x" * 600])
def test_bad_texts_never_reach_a_version(conference, text):
    """The models refuse what cannot be kept; an unknown placeholder is shown as written, never an error."""
    row = AgendaItem(conference=conference, title=text)
    with transaction.atomic():
        try:
            row.full_clean()
            row.save()
        except (ValidationError, ValueError):
            return
    publish(conference)
    assert any(text in line for line in lines(conference))
