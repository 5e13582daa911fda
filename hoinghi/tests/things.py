"""One of everything that a URL of the matrix points to, and how the URL is spelt with it."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from conferences.models import (
    Article,
    ArticlePhoto,
    Conclusion,
    ConferenceTemplate,
    Material,
    MaterialVersion,
    PaperRequest,
    Series,
    Task,
    TaskReport,
)
from conferences.news.photos import prepare_photo
from conferences.services import drafts, papers
from conferences.services.news import keep_photo
from conferences.services.opinions import add_paper
from conferences.tests.drafting import by, make_draft, send
from conferences.tests.files import picture as news_picture
from conferences.tests.word_files import docx_of
from correspondence import copies, documents, lifecycle
from correspondence.models import Mailing, OfficialDocument
from correspondence.outbox import FileAttachment, enqueue
from delegates import checking, feeds, printing, services
from delegates.listing import Wanted
from delegates.models import DataBreach, NominationVersion, Receipt
from delegates.services.speaking import ask_to_speak
from directory import links
from directory.models import PrivacyNotice
from hoinghi.tests.cast import make_delegate
from hoinghi.tests.matrix import Row
from venues import services as venues
from venues.models import RoomContact
from venues.services import Particulars
from venues.tests.rooms import make_round, person, picture, token_of

GIAY_MOI = {
    "organiser": "Bộ Công Thương",
    "event": "Hội nghị",
    "lines": [{"label": "Chủ trì", "text": "Bộ trưởng"}],
    "paragraphs": [],
    "closing": "Trân trọng kính mời",
}
PHIEU = {"paragraphs": ["x"], "sections": [{"title": "x", "people": []}], "closing": "x", "unit": "x"}

# What nobody reads who is refused, and nobody of another province at all; ``neighbour`` writes the second lot.
OF_DAK_LAK = (
    *("Trần Thị Em", "0912345678", "em@daklak.example"),
    *("Đỗ Văn Giang", "0905123456", "giang@daklak.example"),
)
OF_CA_MAU = (
    *("Lý Thị Kín", "0987600001", "kin@camau.example"),
    *("Kiều Văn Khuất", "0987600002", "khuat@camau.example"),
    *("Tham luận kín", "Báo cáo kín", "Ý kiến kín", "Phát biểu kín", "Lý do kín", "hop.example/kin"),
)


@pytest.fixture
def preparation(conference, an, world):
    """A room with everything that its pages show."""
    at = timezone.now()
    venues.prepare_rooms(conference=conference, actor=an, at=timezone.now())
    booking = conference.bookings.get(unit=world.dak_lak.unit)
    venues.describe_room(room=booking.room, values={}, photo=picture(), actor=an)
    item = conference.checklist.filter(needs_photo=True).first()
    tick = venues.tick(booking=booking, item=item, photo=picture(), actor=an, at=at)
    officer = venues.name_officer(booking=booking, person=person(), actor=an, at=at)
    round = make_round(conference, [booking], an)
    return {
        "booking": booking.pk,
        "lasting": booking.room_id,
        "item": item.pk,
        "no_item": 0,
        "tick": tick.pk,
        "officer": officer.pk,
        "nobody": 0,
        "officer_token": token_of(officer),
        "round": round.number,
        "no_round": 0,
        "result": round.results.get().pk,
    }


@pytest.fixture
def things(em, binh, nomination, other_nomination, conference, an, dung, preparation):
    """One of everything that a URL of the matrix points to."""
    sent = NominationVersion.objects.create(
        nomination=nomination, number=1, rows=[], submitted_by_name="", submitted_at=timezone.now()
    )
    material = Material.objects.create(conference=conference, title="Báo cáo")
    version = MaterialVersion(
        material=material,
        number=1,
        file_name="x.pdf",
        content_type="application/pdf",
        size=8,
        sha256="0" * 64,
    )
    version.file.save("x.pdf", ContentFile(b"%PDF-1.7"))
    document = documents.draft(
        kind=OfficialDocument.Kind.INVITATION,
        letterhead=conference.letterhead,
        subject="Hội nghị",
        content=GIAY_MOI,
        actor=an,
    )
    issued = documents.draft(
        kind=OfficialDocument.Kind.INVITATION,
        letterhead=conference.letterhead,
        subject="Hội nghị",
        content=GIAY_MOI,
        actor=an,
    )
    documents.issue(document=issued, number=1, issued_on=timezone.localdate(), actor=an, at=timezone.now())
    copy = copies.copy_for(document=issued, recipient="Sở Công Thương")
    signed = lifecycle.add_signed_copy(
        document=issued, upload=SimpleUploadedFile("x.pdf", b"%PDF-1.7"), actor=an
    )
    message = enqueue(
        key="x",
        topic="x",
        kind="x",
        address="x@gov.example",
        recipient_name="X",
        subject="X",
        text="X",
        html="<p>X</p>",
        attachments=[FileAttachment("x.ics", "text/calendar", b"BEGIN:VCALENDAR")],
        held=True,
        at=timezone.now(),
    )
    account = links.issue(
        purpose="set_password",
        holder=f"user:{dung.pk}",
        scope="",
        address=dung.email,
        label=dung.full_name,
        expires_at=timezone.now() + dt.timedelta(days=1),
    )
    paper = documents.draft(
        kind=OfficialDocument.Kind.RECEIPT,
        letterhead=conference.letterhead,
        subject="Danh sách",
        content=PHIEU,
        actor=an,
    )
    documents.issue_next(document=paper, issued_on=timezone.localdate(), actor=an, at=timezone.now())
    Receipt.objects.create(version=sent, document=paper)
    draft = make_draft(conference, an, upload=docx_of("Điều 1. Một"), organisations=[nomination.organisation])
    sheet = draft.sheets.get()
    item = Conclusion.objects.create(conference=conference).items.create(text="Rà soát")
    task = Task.objects.create(
        item=item,
        organisation=nomination.organisation,
        organisation_name="x",
        due_on=timezone.localdate(),
        given_at=timezone.now(),
    )
    report = TaskReport(task=task, number=1, note="x", reported_at=timezone.now(), file_name="x.pdf")
    report.file.save("x.pdf", ContentFile(b"%PDF-1.7"))
    paper_request = PaperRequest.objects.create(
        conference=conference,
        organisation=nomination.organisation,
        title="Tham luận",
        due_at=conference.start_at,
        asked_at=timezone.now(),
    )
    sent_paper = papers.submit(
        request=paper_request,
        upload=SimpleUploadedFile("x.pdf", b"%PDF-1.7"),
        actor=binh,
        at=timezone.now(),
    )
    article = Article.objects.create(slug="tin", title="Tin", conference=conference)
    photo = ArticlePhoto(article=article, alt="Ảnh")
    keep_photo(photo=photo, prepared=prepare_photo(news_picture()))
    return SimpleNamespace(
        **preparation,
        article=article.slug,
        photo=photo.pk,
        photo_name=photo.large_name,
        slug=conference.slug,
        room=preparation["booking"],
        report="pdf",
        kind="giay-moi",
        version=sent.number,
        nomination=nomination.pk,
        person=em.delegate.pk,
        badge=checking.code_of(em.delegate),
        paper=services.add_paper(
            nomination=nomination,
            upload=SimpleUploadedFile("x.pdf", b"%PDF-1.7"),
            actor=binh,
            at=timezone.now(),
        ).pk,
        no_paper=0,
        concluded=item.pk,
        task=task.pk,
        report_number=report.number,
        paper_request=paper_request.pk,
        paper_number=sent_paper.number,
        draft=draft.pk,
        wording=1,
        pdf="pdf",
        sheet=sheet.pk,
        opinion_paper=add_paper(
            sheet=sheet,
            upload=SimpleUploadedFile("x.pdf", b"%PDF-1.7"),
            author=by(binh),
            at=timezone.now(),
        ).pk,
        proposal=em.delegate.substitute_proposals.create(
            full_name="X", reason="X", proposed_at=timezone.now(), state="refused"
        ).pk,
        material=version.pk,
        token=em.token,
        document=document.pk,
        issued=issued.pk,
        signed=signed.pk,
        copy=copy.pk,
        code=copy.code,
        mailing=Mailing.objects.create(kind="x", topic="x").pk,
        message=message.pk,
        attachment=message.attachments.get().pk,
        organisation=nomination.organisation_id,
        organisation_uid=nomination.organisation.uid,
        province_uid=nomination.unit.uid,
        series=Series.objects.create(slug="chuoi", title="Chuỗi").slug,
        package=nomination.conference.archive_packages.create(
            parts=[], state="ready", ordered_at=timezone.now(), file=ContentFile(b"PK", "goi.zip")
        ).pk,
        template=ConferenceTemplate.objects.create(
            name="Mẫu", content={"parts": [], "fields": {}, "rows": {}}
        ).pk,
        section="hoi-nghi",
        rest="khong-co",
        year=2026,
        month=12,
        mandate=binh.mandates.get().pk,
        action="thu-lai",
        audience="focal_points",
        text="receipt",
        account_token=links.token_of(account),
        focal_feed=feed_of(binh, feeds.FOCAL),
        delegate_feed=feed_of(em.delegate, feeds.DELEGATE),
        group="so",
        what="list",
        sheets="badges",
        order=printing.place_order(
            conference=conference, wanted=Wanted(), what="badges", actor=an, at=timezone.now()
        ).key,
        notice_number=PrivacyNotice.objects.create(
            number=1, text="x", valid_from=timezone.localdate()
        ).number,
        delegate=em.delegate.pk,
        account=binh.pk,
        contact=nomination.organisation.contacts.create(email="cu@daklak.example", is_active=False).pk,
        room_contact=RoomContact.objects.create(room_id=preparation["lasting"], full_name="Hồ Văn Phòng").pk,
        breach=DataBreach.objects.create(found_at=timezone.now(), written_at=timezone.now(), title="x").pk,
        data_request=em.delegate.data_requests.create(
            person_name="x",
            kind="see",
            asked_at=timezone.now(),
            reply_by=timezone.localdate(),
            due_on=timezone.localdate(),
        ).pk,
        unit=nomination.unit_id,
        name="x",
        no_form="x",
        number=0,
    )


@pytest.fixture
def neighbour(things, conference, other_nomination, cuc, an, world):
    """Cà Mau has done all that Đắk Lắk has; ``OF_CA_MAU`` is what it wrote."""
    at, so = timezone.now(), other_nomination.organisation
    delegate = make_delegate(
        other_nomination, full_name="Lý Thị Kín", phone="0987600001", email="kin@camau.example"
    )
    booking = conference.bookings.get(unit=world.ca_mau.unit)
    venues.name_officer(
        booking=booking,
        person=Particulars(full_name="Kiều Văn Khuất", phone="0987600002", email="khuat@camau.example"),
        actor=cuc,
        at=at,
    )
    venues.enter_link(
        conference=conference, booking=booking, address="https://hop.example/kin", actor=an, at=at
    )
    ask_to_speak(
        nomination=other_nomination, delegate=delegate, topic="Phát biểu kín", minutes=5, actor=cuc, at=at
    )
    draft = conference.draft_documents.get()
    drafts.ask(draft=draft, organisations=[so], actor=an, at=at)
    send(draft, so, cuc, {"": "Ý kiến kín"})
    task = Task.objects.create(
        item=Conclusion.objects.get().items.get(),
        organisation=so,
        organisation_name=so.name,
        due_on=timezone.localdate(),
        given_at=at,
    )
    task.reports.create(number=1, note="Báo cáo kín", reported_at=at)
    PaperRequest.objects.create(
        conference=conference,
        organisation=so,
        title="Tham luận kín",
        due_at=conference.start_at,
        asked_at=at,
    )
    other_nomination.extension_requests.create(
        wanted_until=conference.start_at, reason="Lý do kín", asked_by=cuc, asked_at=at
    )
    return SimpleNamespace(nomination=other_nomination.pk, delegate=delegate)


ARGUMENT = {
    name: name
    for name in (
        "slug",
        "token",
        "action",
        "what",
        "name",
        "number",
        "code",
        "group",
        "person",
        "proposal",
        "paper",
        "audience",
        "kind",
        "year",
        "month",
        "section",
        "rest",
    )
} | {
    "series": "slug",
    "sheets": "what",
    "order": "key",
    "province_uid": "uid",
    "organisation_uid": "uid",
    "article": "slug",
    "photo_name": "name",
    "badge": "code",
    "wording": "number",
    "report_number": "number",
    "paper_number": "number",
    "concluded": "item",
    "pdf": "kind",
    "opinion_paper": "paper",
    "no_paper": "paper",
    "report": "kind",
    "account_token": "token",
    "officer_token": "token",
    "item": "item",
    "no_item": "item",
    "tick": "tick",
    "officer": "officer",
    "nobody": "officer",
    "round": "number",
    "no_round": "number",
    "version": "number",
    "focal_feed": "token",
    "notice_number": "number",
    "delegate_feed": "token",
    "text": "code",
    "no_form": "key",
}


def feed_of(holder, purpose: str) -> str:
    at = timezone.now()
    feeds.renew_address(purpose=purpose, holder=holder, actor="kiểm thử", at=at)
    return feeds.address_of(purpose=purpose, holder=holder, at=at).https.split("/")[-2]


def address(name: str, row: Row, things) -> str:
    return reverse(name, kwargs={ARGUMENT.get(need, "pk"): getattr(things, need) for need in row.needs})
