"""The staff's pages about one conference: publishing, inviting, reviewing a list."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from correspondence import documents, mailings
from correspondence.labels import kind_label
from correspondence.models import Attachment, Mailing, Message, OfficialDocument
from delegates import answers, invitations, publishing, services
from delegates.models import Delegate, Nomination
from delegates.tests.counting import queries_of
from delegates.tests.inviting import invite
from delegates.tests.lists import full_list, person, submit_and_follow
from directory.models import AuditEntry, Contact
from hoinghi.tests.cast import make_conference, make_delegate, make_nomination, make_province
from hoinghi.text import format_moment

CONFERENCE_PAGES = ["cockpit", "cockpit-export", "publish", "invite"]


@pytest.fixture
def staff(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def submitted(nomination, binh):
    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=binh, at=timezone.now())
    nomination.refresh_from_db()
    return nomination


@pytest.fixture
def planned(world):
    """Complete, but not published."""
    return make_conference(world, state=Conference.State.PLANNED, announced_at=None)


@pytest.fixture
def framed(nomination):
    """The conference's frame has the words of a Giấy mời."""
    frame = nomination.conference.frame
    frame.invitation = ["Kính mời Quý cơ quan tới dự./."]
    frame.save()
    return nomination


def page_of(nomination):
    return reverse("nomination-review", args=[nomination.conference.slug, nomination.pk])


def url(name, conference):
    return reverse(name, args=[conference.slug])


def together(action) -> list:
    """What ``action`` answers to two threads that start it at the same moment."""
    start, answers = threading.Barrier(2), []

    def press():
        try:
            start.wait()
            answers.append(action())
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


# ── who may open the pages ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", CONFERENCE_PAGES)
def test_staff_open_every_page(staff, nomination, name):
    assert staff.get(url(name, nomination.conference)).status_code == 200


@pytest.mark.parametrize("name", [*CONFERENCE_PAGES, "draft-invitation"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_to_strangers_the_pages_do_not_exist(client, nomination, binh, cuc, dung, name, method):
    address = url(name, nomination.conference)
    answer = getattr(client, method)(address)
    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_login"))
    for stranger in (binh, cuc, dung):
        client.force_login(stranger)
        assert getattr(client, method)(address).status_code == 404


def test_a_list_is_reviewed_by_staff_only_and_only_under_its_own_conference(
    client, nomination, an, binh, world
):
    assert client.get(page_of(nomination)).status_code == 302
    client.force_login(binh)
    assert client.get(page_of(nomination)).status_code == 404
    assert client.post(page_of(nomination), {"do": "accept"}).status_code == 404
    client.force_login(an)
    assert client.get(page_of(nomination)).status_code == 200
    other = make_conference(world, slug="hoi-nghi-khac")
    address = reverse("nomination-review", args=[other.slug, nomination.pk])
    assert client.get(address).status_code == 404
    assert client.get(reverse("cockpit", args=["khong-co"])).status_code == 404


# ── reviewing ───────────────────────────────────────────────────────────────────────────────────────


def test_the_review_shows_people_with_their_contacts(staff, submitted):
    page = staff.get(page_of(submitted)).content.decode()
    assert "Trần Thị Bốn" in page
    assert "bon@daklak.example" in page
    assert "0912 345 678" in page or "0912345678" in page
    assert "Gửi bản 1" in page


def test_accepting(staff, submitted):
    answer = staff.post(page_of(submitted), {"do": "accept"}, follow=True)
    submitted.refresh_from_db()
    assert submitted.state == Nomination.State.ACCEPTED
    assert "Đã tiếp nhận danh sách của tỉnh Đắk Lắk." in answer.content.decode()


def test_accepting_what_is_not_submitted_answers_409(staff, nomination):
    answer = staff.post(page_of(nomination), {"do": "accept"})
    assert answer.status_code == 409
    assert "chưa được gửi" in answer.content.decode()


def test_returning_needs_a_reason_and_tells_the_focal_point(staff, submitted):
    answer = staff.post(page_of(submitted), {"do": "return", "return-reason": " "})
    assert answer.status_code == 200
    assert "Nhập lý do" in answer.content.decode()
    staff.post(page_of(submitted), {"do": "return", "return-reason": "Thiếu số điện thoại"})
    submitted.refresh_from_db()
    assert (submitted.state, submitted.reason) == (Nomination.State.RETURNED, "Thiếu số điện thoại")
    assert Message.objects.filter(kind="nomination_returned").exists()


def test_returning_too_late_keeps_the_reason_that_was_typed(staff, nomination):
    answer = staff.post(page_of(nomination), {"do": "return", "return-reason": "Lý do đã gõ"})
    assert answer.status_code == 409
    assert "Lý do đã gõ" in answer.content.decode()


def test_extending(staff, nomination):
    until = timezone.localtime(nomination.conference.nomination_deadline + dt.timedelta(hours=6))
    typed = {"do": "extend", "extend-until": format_moment(until), "extend-reason": "Mất điện"}
    staff.post(page_of(nomination), typed)
    nomination.refresh_from_db()
    assert (nomination.extended_until, nomination.extension_reason) == (until, "Mất điện")


def test_a_bad_moment_is_explained_at_its_field_and_kept(staff, nomination):
    answer = staff.post(
        page_of(nomination), {"do": "extend", "extend-until": "mai", "extend-reason": "Mất điện"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "“mai” cần cả giờ và ngày" in page
    assert 'value="mai"' in page
    assert "Mất điện" in page


def test_extending_beyond_the_start_answers_409_with_what_was_typed(staff, nomination):
    until = format_moment(nomination.conference.start_at + dt.timedelta(days=1))
    typed = {"do": "extend", "extend-until": until, "extend-reason": "Mất điện"}
    answer = staff.post(page_of(nomination), typed)
    assert answer.status_code == 409
    assert until in answer.content.decode()
    nomination.refresh_from_db()
    assert nomination.extended_until is None


def test_an_unknown_button_does_nothing(staff, submitted):
    assert staff.post(page_of(submitted), {"do": "x"}).status_code == 404


def test_differences_between_the_last_two_versions_are_shown(staff, submitted, binh):
    rows = [row for row in submitted.draft if row["full_name"] != "Lê Văn Một"]
    rows[0]["phone"] = "0988310581"
    rows.append(person("chu-dau-tu", "Công ty CP Hạ tầng B", full_name="Đỗ Văn Năm"))
    services.submit(nomination=submitted, rows=rows, version=1, actor=binh, at=timezone.now())
    page = staff.get(page_of(submitted)).content.decode()
    assert "Bản 2 khác bản 1" in page
    for word in ("Lê Văn Một", "Đỗ Văn Năm", "<del>0912345678</del> → <ins>0988310581</ins>"):
        assert word in page


# ── publishing ──────────────────────────────────────────────────────────────────────────────────────


def test_publishing_opens_the_lists(staff, planned):
    assert "Công bố hội nghị" in staff.get(url("publish", planned)).content.decode()
    answer = staff.post(url("publish", planned), follow=True)
    planned.refresh_from_db()
    assert planned.state == Conference.State.ANNOUNCED
    assert planned.nominations.count() == 2
    assert "Soạn Giấy mời" in answer.content.decode()


def test_what_is_missing_blocks_publishing_and_changes_nothing(staff, planned):
    planned.contacts.all().delete()
    assert "Còn thiếu" in staff.get(url("publish", planned)).content.decode()
    answer = staff.post(url("publish", planned))
    assert answer.status_code == 409
    assert "Người liên hệ" in answer.content.decode()
    planned.refresh_from_db()
    assert planned.state == Conference.State.PLANNED
    assert not planned.nominations.exists()


def test_publishing_twice_is_refused(staff, planned):
    staff.post(url("publish", planned))
    answer = staff.post(url("publish", planned))
    assert answer.status_code == 409
    assert planned.nominations.count() == 2
    assert AuditEntry.objects.filter(action="conference.announce").count() == 1


def test_the_document_is_drafted_once_and_opened(staff, framed):
    conference = framed.conference
    first = staff.post(url("draft-invitation", conference))
    document = OfficialDocument.objects.get()
    assert first.url == reverse("document-issue", args=[document.pk])
    assert staff.post(url("draft-invitation", conference)).url == first.url
    assert OfficialDocument.objects.count() == 1
    assert first.url in staff.get(url("publish", conference)).content.decode()


def test_without_a_letterhead_the_page_says_what_is_missing(staff, nomination):
    Conference.objects.update(letterhead=None)
    answer = staff.post(url("draft-invitation", nomination.conference))
    assert answer.status_code == 409
    assert "mẫu đầu văn bản" in answer.content.decode()
    assert not OfficialDocument.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_who_draft_at_once_get_the_same_document(framed, an):
    found = together(lambda: publishing.invitation_draft(conference=framed.conference, actor=an).pk)
    assert OfficialDocument.objects.count() == 1
    assert len(found) == 2
    assert len(set(found)) == 1


def issue_document(conference, actor) -> OfficialDocument:
    draft = publishing.invitation_draft(conference=conference, actor=actor)
    return documents.issue(
        document=draft, number=5, issued_on=timezone.localdate(), actor=actor, at=timezone.now()
    )


# ── inviting ────────────────────────────────────────────────────────────────────────────────────────


def confirmed(number):
    return {"letters": number, "read": "on"}


def press_invite(staff, conference, number):
    """Confirm, and let a worker write the letters."""
    assert staff.post(url("invite", conference), confirmed(number)).status_code == 302
    assert mailings.carry_out_waiting() == 1


def invitations_of(conference):
    return Message.objects.filter(kind="invitation", topic=f"conference:{conference.pk}")


def test_the_page_says_how_many_letters_go_and_shows_a_real_one(staff, nomination, other_nomination):
    page = staff.get(url("invite", nomination.conference)).content.decode()
    assert "<b>2 thư</b> tới <b>2 đầu mối</b>" in page
    assert "sct-dak-lak@gov.example" in page
    assert "Gửi 2 thư" in page
    assert "Thư thật của Sở Công Thương tỉnh Cà Mau" in page
    assert "thư đi không kèm PDF" in page
    page = staff.get(url("invite", nomination.conference), {"mau": nomination.pk}).content.decode()
    assert "Thư thật của Sở Công Thương tỉnh Đắk Lắk" in page
    assert f"/de-cu/{nomination.pk}/" in page
    assert "{link}" not in page
    frame = reverse("invitation-html", args=[nomination.conference.slug, nomination.pk])
    assert f'src="{frame}"' in page
    letter = staff.get(frame)
    assert "Sở Công Thương tỉnh Đắk Lắk" in letter.content.decode()
    assert f"/de-cu/{nomination.pk}/" in letter.content.decode()
    assert "sandbox" in letter["Content-Security-Policy"]


def test_the_sample_letter_is_for_staff_and_of_this_conference(client, nomination, an, binh, world):
    frame = reverse("invitation-html", args=[nomination.conference.slug, nomination.pk])
    assert client.get(frame).status_code == 302
    client.force_login(binh)
    assert client.get(frame).status_code == 404
    client.force_login(an)
    other = make_conference(world, slug="hoi-nghi-khac")
    assert client.get(reverse("invitation-html", args=[other.slug, nomination.pk])).status_code == 404


def test_who_has_no_address_is_listed_with_the_way_to_mend_it(staff, nomination, other_nomination, world):
    Contact.objects.filter(organisation=world.ca_mau.so).delete()
    page = staff.get(url("invite", nomination.conference)).content.decode()
    assert "Thêm địa chỉ của Sở Công Thương tỉnh Cà Mau" in page
    assert "Gửi 1 thư" in page


def test_a_backup_address_gets_a_letter_only_where_there_is_no_other(
    staff, nomination, other_nomination, world
):
    Contact.objects.create(organisation=world.dak_lak.so, email="pho@daklak.example", is_backup=True)
    Contact.objects.filter(organisation=world.ca_mau.so).update(is_backup=True)
    press_invite(staff, nomination.conference, 2)
    addresses = invitations_of(nomination.conference).values_list("address", flat=True)
    assert set(addresses) == {"sct-dak-lak@gov.example", "sct-ca-mau@gov.example"}


def test_inviting_is_ordered_and_then_written_once(staff, nomination, other_nomination):
    conference = nomination.conference
    answer = staff.post(url("invite", conference), confirmed(2))
    mailing = Mailing.objects.get()
    assert answer.url == mailing.get_absolute_url()
    assert not Message.objects.exists()
    assert "0 trên 2" in staff.get(answer.url).content.decode()
    # Pressed twice before a worker has written: ordered once.
    assert staff.post(url("invite", conference), confirmed(2)).url == answer.url
    assert mailings.carry_out_waiting() == 1
    assert sorted(invitations_of(conference).values_list("address", flat=True)) == [
        "sct-ca-mau@gov.example",
        "sct-dak-lak@gov.example",
    ]
    nomination.refresh_from_db()
    assert nomination.invited_at is not None
    staff.post(url("invite", conference), confirmed(2))
    assert mailings.carry_out_waiting() == 0
    assert invitations_of(conference).count() == 2


def test_invitations_can_be_held_back(staff, nomination):
    staff.post(url("invite", nomination.conference), confirmed(1) | {"held": "on"})
    mailings.carry_out_waiting()
    assert invitations_of(nomination.conference).get().state == Message.State.DRAFT
    page = staff.get(Mailing.objects.get().get_absolute_url()).content.decode()
    assert "1 thư đang giữ lại" in page


def test_recipients_that_change_before_the_letters_are_written_stop_the_order(staff, nomination, world):
    staff.post(url("invite", nomination.conference), confirmed(1))
    Contact.objects.create(organisation=world.dak_lak.so, email="moi@daklak.example")
    mailings.carry_out_waiting()
    assert "nay là 2 thư, khi xác nhận là 1" in Mailing.objects.get().error
    assert not Message.objects.exists()
    nomination.refresh_from_db()
    assert nomination.invited_at is None


def test_a_conference_that_is_called_off_before_the_letters_are_written_stops_the_order(staff, nomination):
    staff.post(url("invite", nomination.conference), confirmed(1))
    Conference.objects.update(state=Conference.State.CANCELLED)
    mailings.carry_out_waiting()
    page = staff.get(Mailing.objects.get().get_absolute_url()).content.decode()
    assert "Chưa viết được thư" in page
    assert "không gửi thư mời" in page


def test_an_issued_document_goes_along_and_a_draft_never(staff, framed, other_nomination, an):
    conference = framed.conference
    publishing.invitation_draft(conference=conference, actor=an)
    assert "thư đi không kèm PDF" in staff.get(url("invite", conference)).content.decode()
    document = issue_document(conference, an)
    page = staff.get(url("invite", conference), {"mau": framed.pk}).content.decode()
    assert f"Số {document.notation}" in page
    assert "Giấy mời – Sở Công Thương tỉnh Đắk Lắk.pdf" in page
    press_invite(staff, conference, 2)
    names = Attachment.objects.filter(copy__document=document).values_list("name", flat=True)
    assert sorted(names) == [f"Giấy mời – Sở Công Thương tỉnh {name}.pdf" for name in ("Cà Mau", "Đắk Lắk")]
    assert reverse("document", args=[document.pk]) in staff.get(url("publish", conference)).content.decode()


def test_the_outbox_calls_conference_and_letters_by_their_names(staff, nomination):
    press_invite(staff, nomination.conference, 1)
    page = staff.get(reverse("outbox")).content.decode()
    assert "Thư mời đầu mối" in page
    assert nomination.conference.title in page


def test_every_kind_of_letter_has_a_name(staff, submitted, an):
    now = timezone.now()
    invite(conference=submitted.conference, actor=an, at=now)
    services.return_to_focal_point(nomination=submitted, reason="Thiếu", actor=an, at=now)
    until = submitted.conference.nomination_deadline + dt.timedelta(hours=1)
    services.extend(nomination=submitted, until=until, reason="Mất điện", actor=an, at=now)
    answers.answer(delegate=Delegate.objects.first(), coming=False, reason="Bận", at=now)
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert len(kinds) == 6
    assert all(kind_label(kind) != kind for kind in kinds)


def test_nothing_goes_without_the_tick(staff, nomination):
    answer = staff.post(url("invite", nomination.conference), {"letters": 1})
    assert answer.status_code == 200
    assert "đánh dấu ô này" in answer.content.decode()
    assert not Message.objects.exists()


def test_nothing_goes_when_the_recipients_have_changed_meanwhile(staff, nomination, other_nomination):
    answer = staff.post(url("invite", nomination.conference), confirmed(1))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Danh sách người nhận đã thay đổi" in page
    assert 'name="letters" value="2"' in page
    assert not Message.objects.exists()


def test_an_empty_selection_sends_nothing(staff, nomination):
    Contact.objects.all().delete()
    page = staff.get(url("invite", nomination.conference)).content.decode()
    assert "Không còn thư nào phải gửi" in page
    assert staff.post(url("invite", nomination.conference), confirmed(0)).status_code == 302
    assert not Message.objects.exists()


def test_a_conference_that_is_not_published_invites_nobody(staff, nomination):
    Conference.objects.update(state=Conference.State.PLANNED)
    assert "chưa được công bố" in staff.get(url("invite", nomination.conference)).content.decode()
    assert staff.post(url("invite", nomination.conference), confirmed(1)).status_code == 409
    assert not Message.objects.exists()


def test_a_conference_that_has_begun_invites_nobody(staff, nomination):
    start = timezone.now() - dt.timedelta(hours=1)
    Conference.objects.update(nomination_deadline=None)
    Conference.objects.update(start_at=start, end_at=start + dt.timedelta(hours=4))
    assert "đã bắt đầu" in staff.get(url("invite", nomination.conference)).content.decode()
    assert staff.post(url("invite", nomination.conference), confirmed(1)).status_code == 409
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_at_once_write_one_letter_each(nomination, other_nomination, an):
    conference = nomination.conference
    now = timezone.now()
    first, second = together(
        lambda: invitations.order(conference=conference, letters_read=2, actor=an, at=now)
    )
    assert first == second
    assert sorted(together(mailings.carry_out_waiting)) == [0, 1]
    assert invitations_of(conference).count() == 2


@pytest.mark.parametrize("name", CONFERENCE_PAGES)
def test_a_page_costs_the_same_for_one_province_and_for_three(staff, conference, world, binh, name):
    """Submitted lists, rooms and letters included: nothing is asked row by row."""
    provinces = [
        world.dak_lak,
        world.ca_mau,
        make_province("20-lang-son", "Lạng Sơn", world.kinds, world.levels),
    ]
    costs = []
    for province in provinces:
        nomination = make_nomination(conference, province)
        rows = [row | {"organisation": f"{row['organisation']} {province.unit.code}"} for row in full_list()]
        services.submit(nomination=nomination, rows=rows, version=0, actor=binh, at=timezone.now())
        costs.append(queries_of(staff, url(name, conference)))
    assert costs[0] == costs[2]


def test_a_list_costs_the_same_for_more_delegates(staff, submitted):
    cost = queries_of(staff, page_of(submitted))
    for name in ("A", "B", "C"):
        make_delegate(submitted, "so", f"Người {name}")
    assert queries_of(staff, page_of(submitted)) == cost
