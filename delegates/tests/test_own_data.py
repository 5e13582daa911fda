"""What delegates do by their personal link: put their data right, propose who comes instead."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference, Question
from correspondence.models import Message
from delegates import own_data, proposals, services
from delegates.answers import AnswerClosed
from delegates.errors import InvalidRows, NominationClosed, StaleVersion
from delegates.models import Delegate, SubstituteProposal
from delegates.tests.lists import full_list, just_before, submit_and_follow
from delegates.tests.test_replacing import NEW, named
from delegates.versions import history_of
from directory import links
from directory.models import AuditEntry, PersonalLink

State = SubstituteProposal.State
OWN = {
    "honorific": "đồng chí",
    "full_name": "Lê Văn Một",
    "job_title": "Phó Chủ tịch",
    "phone": "0912345678",
    "email": "uy-ban-nhan-dan-xa-dak-lak-1@daklak.example",
}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def listed(nomination, binh, now):
    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=binh, at=now)
    nomination.refresh_from_db()
    return nomination


@pytest.fixture
def token(listed):
    return links.token_of(PersonalLink.objects.get(holder=f"delegate:{named('Lê Văn Một').pk}"))


def own(**changes) -> dict:
    return OWN | {"email": named("Lê Văn Một").email} | changes


# ── own data ────────────────────────────────────────────────────────────────────────────────────────


def test_a_correction_counts_at_once_and_the_focal_point_reads_before_and_after(listed, binh, now):
    delegate = named("Lê Văn Một")
    person = own(full_name="Lê Văn Mốt", phone="0987654321")
    changes = own_data.correct(delegate=delegate, person=person, at=now)
    assert changes == {"full_name": ["Lê Văn Một", "Lê Văn Mốt"], "phone": ["0912345678", "0987654321"]}
    delegate.refresh_from_db()
    assert (delegate.full_name, delegate.phone, delegate.state) == ("Lê Văn Mốt", "0987654321", "proposed")
    assert delegate in Delegate.objects.filter(search__contains="le van mot")
    told = Message.objects.filter(kind="delegate_corrected")
    assert {message.address for message in told} == {"sct-dak-lak@gov.example", binh.email}
    assert all("Họ và tên: Lê Văn Một → Lê Văn Mốt" in message.text for message in told)
    assert AuditEntry.objects.get(action="delegate.correct").changes == changes


def test_history_keeps_both_and_the_next_submission_the_correction(listed, binh, now):
    own_data.correct(delegate=named("Lê Văn Một"), person=own(job_title="Chủ tịch"), at=now)
    listed.refresh_from_db()
    step = history_of(listed)[0]
    assert step.version.submitted_by is None
    assert step.version.submitted_by_name == "đại biểu, qua đường dẫn cá nhân"
    ((_, (change,)),) = step.differences.changed
    assert (change.before, change.after) == ("Phó Chủ tịch", "Chủ tịch")
    submit_and_follow(nomination=listed, rows=listed.draft, version=listed.version, actor=binh, at=now)
    assert named("Lê Văn Một").job_title == "Chủ tịch"


def test_a_form_of_the_focal_point_that_was_open_meanwhile_is_stale(listed, binh, now):
    version = listed.version
    own_data.correct(delegate=named("Lê Văn Một"), person=own(job_title="Chủ tịch"), at=now)
    with pytest.raises(StaleVersion):
        submit_and_follow(nomination=listed, rows=full_list(), version=version, actor=binh, at=now)


def test_a_new_address_gets_its_own_letter_and_the_old_link_goes_on(listed, token, now, client):
    own_data.correct(delegate=named("Lê Văn Một"), person=own(email="moi@daklak.example"), at=now)
    assert Message.objects.filter(kind="delegate", address="moi@daklak.example").count() == 1
    assert client.get(reverse("delegate-page", args=[token])).status_code == 200


def test_nothing_different_changes_nothing(listed, now):
    before = Message.objects.count()
    assert own_data.correct(delegate=named("Lê Văn Một"), person=own(), at=now) == {}
    assert listed.versions.count() == 1
    assert Message.objects.count() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [({"full_name": " "}, "full_name"), ({"phone": "1"}, "phone"), ({"email": "x"}, "email")],
)
def test_bad_values_are_refused(listed, now, change, field):
    with pytest.raises(InvalidRows) as refused:
        own_data.correct(delegate=named("Lê Văn Một"), person=own(**change), at=now)
    assert [error.field for error in refused.value.rows] == [field]


def test_data_may_be_put_right_until_the_start_also_after_the_close(listed):
    conference = listed.conference
    conference.hard_close = conference.start_at - dt.timedelta(hours=2)
    conference.save()
    delegate = named("Lê Văn Một")
    own_data.correct(delegate=delegate, person=own(phone="0987654321"), at=just_before(conference.start_at))
    with pytest.raises(AnswerClosed):
        own_data.correct(delegate=delegate, person=own(), at=conference.start_at)


def test_whoever_was_replaced_corrects_nothing(listed, binh, now):
    old = named("Lê Văn Một")
    services.replace(delegate=old, person=NEW, reason="x", actor=binh, at=now)
    with pytest.raises(AnswerClosed):
        own_data.correct(delegate=old, person=OWN, at=now)


def test_the_page_of_own_data(client, listed, token):
    page = reverse("delegate-correct", args=[token])
    assert page in client.get(reverse("delegate-page", args=[token])).content.decode()
    assert 'value="Lê Văn Một"' in client.get(page).content.decode()
    refused = client.post(page, own(email="", job_title="Chủ tịch")).content.decode()
    assert "Nhập email để tiếp tục nhận thư" in refused
    assert 'value="Chủ tịch"' in refused
    answer = client.post(page, own(job_title="Chủ tịch"), follow=True)
    assert "đầu mối đã cử đồng chí được báo" in answer.content.decode()
    assert "no-store" in client.get(page).headers["Cache-Control"]
    assert client.get(reverse("delegate-correct", args=["1-x"])).status_code == 404


# ── proposing ───────────────────────────────────────────────────────────────────────────────────────


def propose(now, **changes) -> SubstituteProposal:
    values = {"delegate": named("Lê Văn Một"), "person": NEW, "reason": "Đi công tác", "at": now}
    return proposals.propose(**(values | changes))


def test_the_focal_point_is_told_and_nothing_else_changes(listed, binh, now):
    proposal = propose(now)
    assert (proposal.state, proposal.full_name) == (State.WAITING, "Đặng Thị Thay")
    told = Message.objects.filter(kind="substitute_proposed")
    assert {message.address for message in told} == {"sct-dak-lak@gov.example", binh.email}
    assert all("Đi công tác" in message.text and "0987654321" in message.text for message in told)
    assert named("Lê Văn Một").state == Delegate.State.PROPOSED
    assert AuditEntry.objects.filter(action="delegate.propose").exists()


def test_when_only_staff_can_decide_their_contact_is_told_too(listed):
    propose(listed.change_deadline)
    assert Message.objects.filter(kind="substitute_proposed", address="lien@moit.example").count() == 1


def test_one_proposal_waits_at_a_time_and_none_after_the_close(listed, binh, now):
    proposal = propose(now)
    with pytest.raises(AnswerClosed, match="đang chờ"):
        propose(now)
    proposals.refuse(proposal=proposal, reason="Cần đồng chí", actor=binh, at=now)
    propose(now)
    SubstituteProposal.objects.all().delete()
    with pytest.raises(AnswerClosed):
        propose(listed.conference.closes_at)


def test_taking_it_over_is_one_step(listed, binh, now):
    new = proposals.take(proposal=propose(now), actor=binh, at=now)
    assert (new.full_name, new.replaces.full_name, new.replace_reason) == (
        "Đặng Thị Thay",
        "Lê Văn Một",
        "Đi công tác",
    )
    proposal = SubstituteProposal.objects.get()
    assert (proposal.state, proposal.decided_by, proposal.decided_at) == (State.TAKEN, binh, now)
    with pytest.raises(NominationClosed, match="đã được quyết định"):
        proposals.take(proposal=proposal, actor=binh, at=now)
    with pytest.raises(NominationClosed, match="đã được quyết định"):
        proposals.refuse(proposal=proposal, reason="x", actor=binh, at=now)


def test_sending_somebody_else_refuses_the_proposal(listed, binh, now):
    propose(now)
    person = NEW | {"full_name": "Người Khác"}
    services.replace(delegate=named("Lê Văn Một"), person=person, reason="x", actor=binh, at=now)
    assert SubstituteProposal.objects.get().state == State.REFUSED


def test_the_delegate_is_told_why_not(listed, binh, now):
    proposals.refuse(proposal=propose(now), reason="Cần người có thẩm quyền", actor=binh, at=now)
    told = Message.objects.get(kind="substitute_refused")
    assert told.address == named("Lê Văn Một").email
    assert "Cần người có thẩm quyền" in told.text
    assert told.link is not None
    assert named("Lê Văn Một").state == Delegate.State.PROPOSED


def test_the_focal_point_takes_over_by_one_click(client, listed, token, binh, now):
    page = reverse("delegate-propose", args=[token])
    refused = client.post(page, NEW | {"phone": "", "reason": "Ốm"}).content.decode()
    assert "Nhập số điện thoại" in refused
    assert 'value="Đặng Thị Thay"' in refused
    assert client.post(page, NEW | {"reason": "Ốm"}).status_code == 302
    assert (
        "đang chờ đầu mối quyết định" in client.get(reverse("delegate-page", args=[token])).content.decode()
    )
    assert client.post(page, NEW | {"reason": "Ốm"}).status_code == 409
    client.force_login(binh)
    proposal = SubstituteProposal.objects.get()
    deciding = reverse("nomination-substitute", args=[listed.pk, proposal.pk])
    assert deciding in client.get(listed.get_absolute_url()).content.decode()
    answer = client.post(deciding, {"do": "take"}, follow=True).content.decode()
    assert "Đã cử Đặng Thị Thay dự thay Lê Văn Một" in answer
    assert client.post(deciding, {"do": "take"}).status_code == 409


def test_a_refusal_needs_a_reason(client, listed, an, now):
    deciding = reverse("nomination-substitute", args=[listed.pk, propose(now).pk])
    client.force_login(an)
    review = reverse("nomination-review", args=[listed.conference.slug, listed.pk])
    assert deciding in client.get(review).content.decode()
    assert client.post(deciding, {"do": "refuse", "reason": ""}).status_code == 409
    assert client.post(deciding, {"do": "refuse", "reason": "Không được"}).status_code == 302
    assert SubstituteProposal.objects.get().state == State.REFUSED


def test_what_the_proposal_does_not_say_is_asked_in_the_form(client, listed, binh, now):
    Question.objects.create(
        conference=listed.conference, text="Ăn trưa", kind=Question.Kind.YES_NO, is_required=True
    )
    client.force_login(binh)
    answer = client.post(reverse("nomination-substitute", args=[listed.pk, propose(now).pk]), {"do": "take"})
    page = answer.content.decode()
    assert "Cần trả lời câu hỏi này" in page
    assert 'value="Đặng Thị Thay"' in page
    assert SubstituteProposal.objects.get().state == State.WAITING


def test_strangers_decide_nothing(client, listed, cuc, now):
    deciding = reverse("nomination-substitute", args=[listed.pk, propose(now).pk])
    client.force_login(cuc)
    assert client.post(deciding, {"do": "take"}).status_code == 404
    assert SubstituteProposal.objects.get().state == State.WAITING


def test_a_cancelled_conference_takes_no_proposal(listed, now):
    Conference.objects.update(state=Conference.State.CANCELLED)
    with pytest.raises(AnswerClosed):
        propose(now)
