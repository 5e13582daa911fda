"""The staff's pages of reminders: the ladder, the letter and its recipients, reminding at once."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences import reminders
from conferences.models import Conference, Reminder, ReminderStep
from correspondence.models import Message
from delegates.tests.counting import queries_of
from directory.models import AuditEntry, Contact, PersonalLink
from hoinghi.tests.cast import make_delegate, make_nomination, make_province
from venues.services import prepare_rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def steps(conference):
    """The standard ladder, scheduled."""
    reminders.prefill(conference)
    reminders.schedule(conference=conference, at=timezone.now())
    return conference.reminder_steps


def url(conference, name="reminders", *more):
    return reverse(name, args=[conference.slug, *more])


def filled(page, **changes) -> dict:
    """What a browser sends back for the page's formset, with changes by field name."""
    forms = page.context["forms"]
    data = {field.html_name: field.value() for field in forms.management_form}
    for form in forms:
        for field in form:
            value = field.field.widget.format_value(field.field.prepare_value(field.value()))
            if not hasattr(field.field.widget, "check_test"):
                data[field.html_name] = value or ""
            elif field.value():
                data[field.html_name] = "on"
    return {key: value for key, value in (data | changes | {"do": "save"}).items() if value is not None}


def field_of(page, step, name: str) -> str:
    return next(form for form in page.context["forms"].initial_forms if form.instance == step)[name].html_name


def new_field(page, audience: str, name: str) -> str:
    return next(form for form in page.context["forms"].extra_forms if form["audience"].value() == audience)[
        name
    ].html_name


# ── the ladder ──────────────────────────────────────────────────────────────────────────────────────


def test_every_step_stands_with_its_time_and_who_it_would_reach(staff, conference, nomination, steps):
    text = staff.get(url(conference)).content.decode()
    for reminder in Reminder.objects.all():
        assert f"{timezone.localtime(reminder.due_at):%H}".lstrip("0") + "h" in text
    assert "Đầu mối chưa gửi danh sách" in text
    assert "<b>1 địa chỉ</b>: Sở Công Thương tỉnh Đắk Lắk" in text
    assert "Cán bộ kỹ thuật của điểm cầu chưa sẵn sàng" in text


def test_states_are_told(staff, conference, nomination, steps, world, an):
    first, second, third = conference.reminders.filter(audience="focal_points")
    now = timezone.now()
    Reminder.objects.filter(pk=first.pk).update(state="done", done_at=now, written=7)
    Reminder.objects.filter(pk=second.pk).update(state="missed")
    ReminderStep.objects.filter(pk=third.step_id).update(is_on=False)
    make_delegate(nomination, email="")
    text = staff.get(url(conference)).content.decode()
    for words in (
        "Đã nhắc",
        "7 thư",
        "Đã lỡ",
        "Đang tắt",
        "Chưa tới giờ",
        "Không có địa chỉ nhận thư: Trần Thị Em",
    ):
        assert words in text
    # The cockpit asks for a hand.
    cockpit = staff.get(url(conference, "cockpit")).content.decode()
    assert "1 lần nhắc đã lỡ" in cockpit
    assert url(conference) in cockpit


def test_before_the_publication_nothing_waits(staff, conference):
    Conference.objects.update(state=Conference.State.DRAFT, announced_at=None)
    reminders.prefill(conference)
    text = staff.get(url(conference)).content.decode()
    assert "Hội nghị chưa được công bố nên chưa nhắc ai" in text
    assert "Khi công bố" in text


def test_a_conference_without_a_ladder_offers_one(staff, conference):
    assert "Hội nghị chưa có lịch nhắc" in staff.get(url(conference)).content.decode()
    staff.post(url(conference), {"do": "prefill"})
    assert conference.reminder_steps.count() > 4
    assert Reminder.objects.filter(state="waiting").exists()


def test_steps_are_changed_added_and_switched_off(staff, conference, steps, an):
    page = staff.get(url(conference))
    changed = steps.get(audience="focal_points", days_before=5)
    off = steps.get(audience="delegates", days_before=1)
    answer = staff.post(
        url(conference),
        filled(
            page,
            **{
                field_of(page, changed, "days_before"): "4",
                field_of(page, changed, "at_time"): "9 giờ 15",
                field_of(page, off, "is_on"): None,
                new_field(page, "room_officers", "days_before"): "3",
                new_field(page, "room_officers", "at_time"): "10h00",
            },
        ),
    )
    assert answer.status_code == 302, answer.context["errors"]
    changed.refresh_from_db()
    assert (changed.days_before, changed.at_time) == (4, dt.time(9, 15))
    assert not off.reminders.exists()
    added = steps.get(audience="room_officers", days_before=3)
    assert added.at_time == dt.time(10)
    assert added.reminders.get().state == "waiting"
    entry = AuditEntry.objects.get(action="reminders.change")
    assert (entry.actor_id, len(entry.changes)) == (an.pk, 3)


def test_nothing_changed_writes_nothing(staff, conference, steps):
    answer = staff.post(url(conference), filled(staff.get(url(conference))), follow=True)
    assert "Lịch nhắc không có gì thay đổi." in answer.content.decode()
    assert not AuditEntry.objects.filter(action="reminders.change").exists()


def test_bad_input_is_kept_and_explained_at_its_field(staff, conference, steps):
    page = staff.get(url(conference))
    step = steps.get(audience="focal_points", days_before=5)
    answer = staff.post(
        url(conference),
        filled(
            page,
            **{
                field_of(page, step, "days_before"): "-1",
                field_of(page, step, "at_time"): "25h",
                new_field(page, "delegates", "days_before"): "2",
            },
        ),
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Nhập số từ 0 trở lên" in text
    assert 'value="25h"' in text
    assert "Nhập giờ, ví dụ 8h30." in text
    step.refresh_from_db()
    assert step.days_before == 5


def test_the_same_step_twice_is_refused(staff, conference, steps):
    page = staff.get(url(conference))
    answer = staff.post(
        url(conference),
        filled(
            page,
            **{
                new_field(page, "focal_points", "days_before"): "5",
                new_field(page, "focal_points", "at_time"): "8h30",
            },
        ),
    )
    assert answer.status_code == 200
    assert "Nấc nhắc này đã có." in answer.content.decode()
    assert steps.filter(audience="focal_points").count() == 3


def test_a_step_cannot_be_moved_to_another_audience_or_conference(staff, conference, steps, world):
    page = staff.get(url(conference))
    step = steps.get(audience="focal_points", days_before=5)
    staff.post(url(conference), filled(page, **{field_of(page, step, "audience"): "delegates"}))
    step.refresh_from_db()
    assert step.audience == "focal_points"
    answer = staff.post(url(conference), filled(page, **{new_field(page, "delegates", "audience"): "x"}))
    assert answer.status_code == 200
    assert not steps.filter(audience="x").exists()


def test_a_torn_form_is_refused(staff, conference, steps):
    before = steps.count()
    answer = staff.post(url(conference), {"do": "save"})
    assert answer.status_code == 409
    assert steps.count() == before


@pytest.mark.parametrize("name", ["reminders", "remind-now", "reminder-html"])
def test_to_strangers_the_pages_do_not_exist(client, conference, nomination, binh, dung, name):
    more = [] if name == "reminders" else ["focal_points"]
    for person in (binh, dung):
        client.force_login(person)
        assert client.get(url(conference, name, *more)).status_code == 404
        assert client.post(url(conference, name, *more)).status_code == 404


@pytest.mark.parametrize("name", ["remind-now", "reminder-html"])
def test_an_unknown_audience_is_404(staff, conference, nomination, name):
    assert staff.get(url(conference, name, "khong-co")).status_code == 404


# ── reminding at once ───────────────────────────────────────────────────────────────────────────────


def press(staff, conference, audience="focal_points", **changes):
    """Confirm what the page shows."""
    page = staff.get(url(conference, "remind-now", audience))
    data = {name: page.context["form"].initial[name] for name in ("letters", "number")}
    return staff.post(url(conference, "remind-now", audience), data | {"read": "on"} | changes)


def test_the_page_says_who_gets_which_letter(staff, conference, nomination, other_nomination):
    page = staff.get(url(conference, "remind-now", "focal_points"), {"mau": "1"})
    text = page.content.decode()
    assert "<b>2 thư</b>" in text
    assert "Thư thật gửi Sở Công Thương tỉnh Đắk Lắk" in text
    assert "sct-ca-mau@gov.example" in text
    frame = staff.get(url(conference, "reminder-html", "focal_points"), {"mau": "1"})
    assert "tỉnh Đắk Lắk" in frame.content.decode()
    assert "sandbox" in frame["Content-Security-Policy"]


def test_a_personal_link_is_never_shown(staff, conference, nomination):
    make_delegate(nomination)
    page = staff.get(url(conference, "remind-now", "delegates"))
    assert "/•••" in page.context["letter_text"]
    assert "{link}" not in page.content.decode()
    assert Message.objects.count() == 0
    # Looking creates no link.
    assert not PersonalLink.objects.exists()


def test_everybody_is_reminded_once(staff, conference, nomination, other_nomination, an):
    answer = press(staff, conference)
    assert answer.status_code == 302
    assert "kind=reminder_focal_points" in answer.url
    assert Message.objects.count() == 2
    # A second tab still promises the first time.
    again = staff.post(
        url(conference, "remind-now", "focal_points"), {"letters": 2, "number": 0, "read": "on"}
    )
    assert again.status_code == 409
    assert "Đã gửi nhắc lúc" in again.content.decode()
    assert Message.objects.count() == 2
    page = staff.get(url(conference)).content.decode()
    assert "Đã gửi ngay" in page
    assert "2 thư, Lê Văn An" in page


def test_nothing_goes_without_the_tick(staff, conference, nomination):
    answer = press(staff, conference, read="")
    assert answer.status_code == 200
    assert "rồi đánh dấu ô này" in answer.content.decode()
    assert Message.objects.count() == 0


def test_nothing_goes_when_the_recipients_have_changed(staff, conference, nomination):
    answer = press(staff, conference, letters=5)
    assert answer.status_code == 409
    assert "Danh sách người nhận đã thay đổi" in answer.content.decode()
    assert Message.objects.count() == 0


def test_nobody_to_remind(staff, conference):
    assert (
        "Lúc này không có ai cần nhắc"
        in staff.get(url(conference, "remind-now", "focal_points")).content.decode()
    )
    assert press(staff, conference).status_code == 409
    assert staff.get(url(conference, "reminder-html", "focal_points")).status_code == 404


def test_a_cancelled_conference_shows_the_letters_but_sends_none(staff, conference, nomination):
    Conference.objects.update(state=Conference.State.CANCELLED)
    text = staff.get(url(conference, "remind-now", "focal_points")).content.decode()
    assert "Gửi nhắc ngay" not in text
    assert press(staff, conference).status_code == 409
    assert Message.objects.count() == 0


@pytest.mark.parametrize("name", ["reminders", "remind-now"])
def test_a_page_costs_the_same_for_one_and_for_three(
    staff, conference, world, nomination, binh, an, steps, name
):
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    make_delegate(nomination)
    pages = (
        [url(conference)]
        if name == "reminders"
        else [url(conference, "remind-now", code) for code in ("focal_points", "delegates")]
    )
    before = [queries_of(staff, page) for page in pages]
    for number in (1, 2):
        province = make_province(f"9{number}-tinh-{number}", f"Số {number}", world.kinds, world.levels)
        Contact.objects.create(organisation=province.so, email=f"pho{number}@gov.example", is_backup=True)
        make_delegate(make_nomination(conference, province), email=f"x{number}@gov.example")
        ReminderStep.objects.create(
            conference=conference, audience="delegates", days_before=number + 1, at_time=dt.time(9)
        )
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    reminders.schedule(conference=conference, at=timezone.now())
    assert [queries_of(staff, page) for page in pages] == before
