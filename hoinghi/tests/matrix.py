"""Who may open what: every URL name × every member of the cast × GET and POST.

A new URL without a line here fails ``test_permissions.test_every_url_stands_in_the_matrix``.
"""

from dataclasses import dataclass, replace

LOGIN = "login"


@dataclass(frozen=True)
class Row:
    """What each member of the cast meets; ``post`` where it differs from ``get``."""

    anonymous: int | str
    binh: int
    cuc: int
    dung: int
    an: int
    needs: tuple[str, ...] = ()


def everybody(code: int, *needs: str) -> Row:
    return Row(code, code, code, code, code, needs)


def staff_only(code: int, *needs: str) -> Row:
    return Row(LOGIN, 404, 404, 404, code, needs)


def signed_in(code: int) -> Row:
    return Row(LOGIN, code, code, code, code)


def own_province(code: int, *needs: str, an: int | None = None) -> Row:
    """binh's own; the neighbour and the technical officer don't even learn that it exists."""
    return Row(LOGIN, code, 404, 404, code if an is None else an, needs)


def its_room(code: int) -> Row:
    """The room of Đắk Lắk: staff, and the technical officer of its host."""
    return Row(LOGIN, 404, 404, code, code, ("room",))


def own_room(code: int, *needs: str) -> Row:
    """A room of binh's province, hosted by dung's organisation; the neighbour doesn't learn that it exists."""
    return Row(LOGIN, code, 404, code, code, needs)


def public_get(row: Row) -> tuple[Row, Row]:
    """A page without POST that anyone may ask for; what is shown is decided by the object."""
    return row, everybody(405, *row.needs)


def account_get(row: Row) -> tuple[Row, Row]:
    """A page without POST behind the login."""
    return row, replace(signed_in(405), needs=row.needs)


def staff_get(row: Row) -> tuple[Row, Row]:
    return row, staff_only(405, *row.needs)


# URL name → (GET, POST). POSTs are empty: where one may be sent at all, it is refused for its content.
MATRIX: dict[str, tuple[Row, Row]] = {
    # public
    "home": public_get(everybody(200)),
    "conference": public_get(everybody(200, "slug")),
    "conference-calendar": public_get(everybody(200, "slug")),
    "feed": public_get(everybody(200)),
    "search": public_get(everybody(200)),
    "archive": public_get(everybody(200)),
    "month": public_get(everybody(200, "year", "month")),
    # staff see what has no public conference yet
    "series": public_get(Row(404, 404, 404, 404, 200, ("series",))),
    "events-province": public_get(everybody(200, "province_uid")),
    "events-organisation": public_get(everybody(200, "organisation_uid")),
    "conferences-atom": public_get(everybody(200)),
    "site-map": public_get(everybody(200)),
    "sitemap": public_get(everybody(200)),
    "sitemap-section": public_get(everybody(200, "section")),
    "robots": public_get(everybody(200)),
    # nobody is named in the settings
    "security-txt": public_get(everybody(404)),
    "api": public_get(everybody(200)),
    "api-page": public_get(everybody(200)),
    "api-document": public_get(everybody(200)),
    "api-events": public_get(everybody(200)),
    "api-event": public_get(everybody(200, "slug")),
    "api-agenda": public_get(everybody(200, "slug")),
    "api-materials": public_get(everybody(200, "slug")),
    "api-results": public_get(everybody(200, "slug")),
    "api-news": public_get(everybody(200)),
    "api-unknown": public_get(everybody(404, "rest")),
    # nothing has been published
    "agenda-pdf": public_get(everybody(404, "slug")),
    "agenda-draft": (staff_only(200, "slug"), staff_only(409, "slug")),
    "agenda-draft-pdf": staff_get(staff_only(200, "slug")),
    "copy": (staff_only(200, "slug"), staff_only(404, "slug")),
    # nothing was ordered, and it is not over yet
    "package": (staff_only(200, "slug"), staff_only(404, "slug")),
    "package-file": staff_get(staff_only(200, "slug", "package")),
    "templates": staff_get(staff_only(200)),
    "template": (staff_only(200, "template"), staff_only(404, "template")),
    "help": public_get(everybody(200)),
    "privacy": public_get(everybody(200)),
    "privacy-version": public_get(everybody(200, "notice_number")),
    "no_secrets": public_get(everybody(200)),
    "unsent": (signed_in(200), signed_in(302)),
    "send-again": (replace(signed_in(405), needs=("no_form",)), replace(signed_in(302), needs=("no_form",))),
    "soundness": staff_get(staff_only(200)),
    # personal data
    "retentions": staff_get(staff_only(200)),
    "retention": (staff_only(200, "slug"), staff_only(404, "slug")),
    "retention-account": (staff_only(200, "account"), staff_only(404, "account")),
    "retention-contact": (staff_only(200, "contact"), staff_only(404, "contact")),
    "retention-room-contact": (staff_only(200, "room_contact"), staff_only(404, "room_contact")),
    "audit": staff_get(staff_only(200, "slug")),
    "audit-file": staff_get(staff_only(200, "slug")),
    "audit-delegate": staff_get(staff_only(200, "delegate")),
    "audit-delegate-file": staff_get(staff_only(200, "delegate")),
    "audit-account": staff_get(staff_only(200, "account")),
    "audit-account-file": staff_get(staff_only(200, "account")),
    "processing": staff_get(staff_only(200)),
    "processing-file": staff_get(staff_only(200)),
    "processing-word": staff_get(staff_only(200)),
    "breach-word": staff_get(staff_only(200, "breach")),
    "breaches": staff_get(staff_only(200)),
    "breaches-file": staff_get(staff_only(200)),
    "breach-new": (staff_only(200), staff_only(200)),
    "breach": (staff_only(200, "breach"), staff_only(200, "breach")),
    "breach-file": staff_get(staff_only(200, "breach")),
    "my-data": (signed_in(200), signed_in(200)),
    "data-requests": staff_get(staff_only(200)),
    "data-request": (staff_only(200, "data_request"), staff_only(404, "data_request")),
    "metrics": public_get(everybody(404)),
    "healthz": public_get(everybody(200)),
    "readyz": public_get(everybody(200)),
    "verify-form": public_get(everybody(200)),
    "verify": (everybody(200, "code"), everybody(200, "code")),
    "verify-delegate": public_get(everybody(200, "badge")),
    "news": public_get(everybody(200)),
    "news-rss": public_get(everybody(200)),
    "news-atom": public_get(everybody(200)),
    # a draft, and its photo
    "article": (Row(404, 404, 404, 404, 200, ("article",)), everybody(405, "article")),
    "photo": (Row(404, 404, 404, 404, 200, ("photo", "photo_name")), everybody(405, "photo", "photo_name")),
    # a paper for the invited: both provinces are
    "material": public_get(Row(LOGIN, 200, 200, 404, 200, ("material",))),
    "material-preview": public_get(Row(LOGIN, 200, 200, 404, 200, ("material",))),
    "material-inline": public_get(Row(LOGIN, 200, 200, 404, 200, ("material",))),
    "materials": public_get(everybody(200, "slug")),
    "materials-zip": public_get(Row(404, 200, 200, 404, 200, ("slug",))),
    # focal point
    "invitations": account_get(signed_in(200)),
    "nomination": (own_province(200, "nomination"), own_province(409, "nomination", an=404)),
    "nomination-promote": (
        replace(signed_in(405), needs=("nomination", "person")),
        own_province(409, "nomination", "person"),
    ),
    "nomination-withdraw": (
        own_province(409, "nomination", "person"),
        own_province(409, "nomination", "person"),
    ),
    # the list has not been submitted: nobody to replace
    "nomination-replace": (
        own_province(409, "nomination", "person"),
        own_province(409, "nomination", "person"),
    ),
    # no such verb
    "nomination-substitute": (
        replace(signed_in(405), needs=("nomination", "proposal")),
        replace(signed_in(404), needs=("nomination", "proposal")),
    ),
    # nobody has been saved yet
    "nomination-list-pdf": account_get(own_province(409, "nomination")),
    "nomination-papers": (own_province(200, "nomination", an=404), own_province(200, "nomination", an=404)),
    "nomination-paper": account_get(own_province(200, "nomination", "paper")),
    # the list was never sent: a paper goes for good, so nobody presses the button here
    "nomination-paper-remove": (
        replace(signed_in(405), needs=("nomination", "no_paper")),
        replace(signed_in(404), needs=("nomination", "no_paper")),
    ),
    "nomination-stand-in": (staff_only(200, "nomination"), staff_only(404, "nomination")),
    "look": (staff_only(200, "organisation"), staff_only(404, "organisation")),
    "looking-end": (staff_only(405), staff_only(302)),
    "nomination-history": account_get(own_province(200, "nomination")),
    "nomination-receipt": account_get(own_province(200, "nomination")),
    "nomination-template": account_get(own_province(200, "nomination")),
    "nomination-choices": account_get(own_province(200, "nomination", "group")),
    "receipt-pdf": account_get(own_province(200, "nomination", "version")),
    "nomination-decline": (
        replace(signed_in(405), needs=("nomination",)),
        own_province(200, "nomination", an=404),
    ),
    # delegate: the address is the right
    "delegate-page": (everybody(200, "token"), everybody(200, "token")),
    "delegate-correct": (everybody(200, "token"), everybody(200, "token")),
    "delegate-data": (everybody(200, "token"), everybody(200, "token")),
    "delegate-propose": (everybody(200, "token"), everybody(200, "token")),
    "delegate-calendar": public_get(everybody(200, "token")),
    "delegate-material": public_get(everybody(200, "token", "material")),
    "delegate-preview": public_get(everybody(200, "token", "material")),
    "delegate-inline": public_get(everybody(200, "token", "material")),
    "delegate-materials-zip": public_get(everybody(200, "token")),
    "delegate-feed-renew": (everybody(405, "token"), everybody(302, "token")),
    "delegate-new-link": (everybody(405, "token"), everybody(302, "token")),
    # a draft that does not ask delegates, and has nothing to take from an empty form
    "delegate-opinion": (everybody(200, "token", "draft"), everybody(409, "token", "draft")),
    # drafts: both provinces are invited or asked
    "draft": public_get(Row(LOGIN, 200, 200, 404, 200, ("draft",))),
    "draft-file": public_get(Row(LOGIN, 200, 200, 404, 200, ("draft", "wording"))),
    # not published yet
    "draft-result": public_get(Row(LOGIN, 404, 404, 404, 404, ("draft",))),
    "draft-result-file": public_get(Row(LOGIN, 404, 404, 404, 404, ("draft", "pdf"))),
    "opinion-sheets": account_get(signed_in(200)),
    "opinion-sheet": (own_province(200, "sheet"), own_province(409, "sheet")),
    "opinion-paper": account_get(own_province(200, "sheet", "opinion_paper")),
    "drafts": staff_get(staff_only(200, "slug")),
    "draft-new": (staff_only(200, "slug"), staff_only(200, "slug")),
    "draft-desk": (staff_only(200, "slug", "draft"), staff_only(404, "slug", "draft")),
    "draft-edit": (staff_only(200, "slug", "draft"), staff_only(200, "slug", "draft")),
    "draft-version": (staff_only(200, "slug", "draft"), staff_only(200, "slug", "draft")),
    "draft-ask": (staff_only(200, "slug", "draft"), staff_only(200, "slug", "draft")),
    "draft-opinions": (staff_only(200, "slug", "draft"), staff_only(200, "slug", "draft")),
    "draft-table": staff_get(staff_only(200, "slug", "draft", "pdf")),
    "draft-publish": (staff_only(200, "slug", "draft"), staff_only(200, "slug", "draft")),
    # papers that staff ask for
    "paper-desk": staff_get(staff_only(200, "slug")),
    "material-notice": (staff_only(200, "slug"), staff_only(404, "slug")),
    "photo-report": public_get(everybody(404, "slug")),
    "photo-report-pdf": public_get(everybody(404, "slug")),
    "paper-ask": (staff_only(200, "slug"), staff_only(200, "slug")),
    "paper-requests": account_get(signed_in(200)),
    "paper-request": (own_province(200, "paper_request"), own_province(200, "paper_request")),
    "paper-file": account_get(own_province(200, "paper_request", "paper_number")),
    # conclusions and tasks; an empty form says nothing
    "conclusion-desk": (staff_only(200, "slug"), staff_only(404, "slug")),
    "task-give": (staff_only(409, "slug", "concluded"), staff_only(409, "slug", "concluded")),
    "tasks": account_get(signed_in(200)),
    "task-desk": staff_get(staff_only(200)),
    "task": (own_province(200, "task"), own_province(200, "task")),
    "task-file": account_get(own_province(200, "task", "report_number")),
    # calendars: the address is the right
    "focal-feed": public_get(everybody(200, "focal_feed")),
    "delegate-feed": public_get(everybody(200, "delegate_feed")),
    "focal-feed-renew": (signed_in(405), signed_in(302)),
    # the day: staff, and whoever looks after the room (dung); the board for whoever belongs to the conference
    "board": (
        Row(LOGIN, 200, 200, 200, 200, ("slug",)),
        # no such button; for all others none at all
        staff_only(404, "slug"),
    ),
    "board-live": (Row(LOGIN, 200, 200, 200, 200, ("slug",)), everybody(405, "slug")),
    "attendance": staff_get(staff_only(200, "slug")),
    "attendance-live": staff_get(staff_only(200, "slug")),
    "speeches": (staff_only(200, "slug"), staff_only(404, "slug")),
    "speeches-list": staff_get(staff_only(200, "slug")),
    "incidents": (staff_only(200, "slug"), staff_only(404, "slug")),
    "incidents-report": staff_get(staff_only(200, "slug", "report")),
    "join-links": (staff_only(200, "slug"), staff_only(200, "slug")),
    # every province has its room; the day has not come, so nobody is led on
    "join": account_get(Row(LOGIN, 200, 200, 200, 200, ("slug",))),
    "join-open": account_get(Row(LOGIN, 302, 404, 302, 302, ("slug", "room"))),
    "delegate-join": public_get(everybody(302, "token")),
    "nomination-speeches": (own_province(200, "nomination"), own_province(404, "nomination")),
    "room-day": (its_room(200), its_room(404)),
    "room-day-live": (its_room(200), everybody(405, "room")),
    "room-attendance": (its_room(200), its_room(409)),
    "room-sheet": account_get(its_room(200)),
    "room-join": account_get(its_room(302)),
    "room-checkin": (its_room(200), its_room(409)),
    "room-scans": (replace(signed_in(405), needs=("room",)), its_room(400)),
    # rooms: binh is the province's focal point, dung the technical officer of its host
    "my-rooms": account_get(Row(LOGIN, 200, 200, 200, 302)),
    "booking": (own_room(200, "booking"), own_room(405, "booking")),
    "booking-tick": (own_room(405, "booking", "item"), own_room(404, "booking", "no_item")),
    "booking-photo": (own_room(200, "booking", "tick"), own_room(405, "booking", "tick")),
    "booking-room-photo": (own_room(200, "booking"), own_room(405, "booking")),
    "booking-ready": (own_room(405, "booking"), own_room(404, "booking")),
    "booking-describe": (own_room(200, "booking"), own_room(200, "booking")),
    "booking-checklist-pdf": (own_room(200, "booking"), own_room(405, "booking")),
    "booking-round-calendar": (own_room(200, "booking", "round"), own_room(405, "booking", "round")),
    "booking-own-finding": (replace(its_room(409), needs=("booking", "round")),) * 2,
    "booking-officer-add": (own_room(200, "booking"), own_room(200, "booking")),
    "booking-officer-change": (own_room(200, "booking", "officer"), own_room(200, "booking", "officer")),
    "booking-officer-hand-over": (own_room(200, "booking", "officer"), own_room(200, "booking", "officer")),
    # an empty POST would relieve the officer: nobody presses the button here
    "booking-officer-relieve": (own_room(200, "booking", "officer"), own_room(404, "booking", "nobody")),
    "booking-officer-send-again": (own_room(405, "booking", "officer"), own_room(404, "booking", "nobody")),
    # the notice leaves the province no choice
    "booking-choose": (staff_only(200, "booking"), staff_only(404, "booking")),
    "booking-add-sub": (own_room(200, "booking"), own_room(200, "booking")),
    # no room under a province's
    "booking-give-back": (own_room(405, "booking"), own_room(404, "booking")),
    # an officer by link: the address is the right
    "officer-page": public_get(everybody(200, "officer_token")),
    "officer-tick": (everybody(405, "officer_token", "item"), everybody(404, "officer_token", "no_item")),
    "officer-photo": public_get(everybody(200, "officer_token", "tick")),
    "officer-room-photo": public_get(everybody(200, "officer_token")),
    "officer-ready": (everybody(405, "officer_token"), everybody(404, "officer_token")),
    "officer-describe": (everybody(200, "officer_token"), everybody(200, "officer_token")),
    "officer-checklist-pdf": public_get(everybody(200, "officer_token")),
    "officer-round-calendar": public_get(everybody(200, "officer_token", "round")),
    "officer-own-finding": (
        everybody(409, "officer_token", "round"),
        everybody(409, "officer_token", "round"),
    ),
    "officer-officer-add": (everybody(200, "officer_token"), everybody(200, "officer_token")),
    "officer-officer-change": (
        everybody(200, "officer_token", "officer"),
        everybody(200, "officer_token", "officer"),
    ),
    "officer-officer-hand-over": (
        everybody(200, "officer_token", "officer"),
        everybody(200, "officer_token", "officer"),
    ),
    "officer-officer-relieve": (
        everybody(200, "officer_token", "officer"),
        everybody(404, "officer_token", "nobody"),
    ),
    "officer-officer-send-again": (
        everybody(405, "officer_token", "officer"),
        everybody(404, "officer_token", "nobody"),
    ),
    "officer-data": (everybody(200, "officer_token"), everybody(200, "officer_token")),
    "officer-day": (everybody(200, "officer_token"), everybody(404, "officer_token")),
    "officer-day-live": public_get(everybody(200, "officer_token")),
    "officer-attendance": (everybody(200, "officer_token"), everybody(409, "officer_token")),
    "officer-sheet": public_get(everybody(200, "officer_token")),
    "officer-join": public_get(everybody(302, "officer_token")),
    "officer-checkin": (everybody(200, "officer_token"), everybody(409, "officer_token")),
    "officer-scans": (everybody(405, "officer_token"), everybody(400, "officer_token")),
    "officer-new-link": (everybody(405, "officer_token"), everybody(302, "officer_token")),
    "rooms": staff_get(staff_only(200)),
    "room": staff_get(staff_only(200, "lasting")),
    "room-photo": staff_get(staff_only(200, "lasting")),
    "conference-rooms": staff_get(staff_only(200, "slug")),
    "checklist": (staff_only(200, "slug"), staff_only(409, "slug")),
    "checklist-pdf": staff_get(staff_only(200, "slug")),
    "line-tests": staff_get(staff_only(200, "slug")),
    "line-test-plan": (staff_only(200, "slug"), staff_only(200, "slug")),
    "line-test-round": staff_get(staff_only(200, "slug", "round")),
    "line-test-change": (staff_only(200, "slug", "round"), staff_only(200, "slug", "round")),
    "line-test-result": (
        staff_only(200, "slug", "round", "result"),
        staff_only(200, "slug", "round", "result"),
    ),
    # an empty POST would write letters, or call the round off
    "line-test-invite": (staff_only(405, "slug", "round"), staff_only(404, "slug", "no_round")),
    "line-test-call-off": (staff_only(200, "slug", "round"), staff_only(404, "slug", "no_round")),
    # staff
    "cockpit": staff_get(staff_only(200, "slug")),
    "cockpit-export": staff_get(staff_only(200, "slug")),
    "province": staff_get(staff_only(200, "unit")),
    "cockpit-delegates": staff_get(staff_only(200, "slug")),
    "cockpit-delegates-file": staff_get(staff_only(200, "slug", "what")),
    "cockpit-sheets-order": (staff_only(405, "slug", "sheets"), staff_only(302, "slug", "sheets")),
    "cockpit-sheets": staff_get(staff_only(200, "slug", "order")),
    "cockpit-sheets-file": staff_get(staff_only(302, "slug", "order")),
    "cockpit-telephones": staff_get(staff_only(200, "slug")),
    "conference-documents": staff_get(staff_only(200, "slug")),
    "conference-draft": (staff_only(200, "slug", "kind"), staff_only(200, "slug", "kind")),
    "document-edit": (staff_only(200, "document"), staff_only(200, "document")),
    "publish": (staff_only(200, "slug"), staff_only(409, "slug")),
    "reminders": (staff_only(200, "slug"), staff_only(409, "slug")),
    "remind-now": (staff_only(200, "slug", "audience"), staff_only(200, "slug", "audience")),
    "reminder-html": staff_get(staff_only(200, "slug", "audience")),
    "invite": (staff_only(200, "slug"), staff_only(200, "slug")),
    "cockpit-questions": staff_get(staff_only(200, "slug")),
    "delegate-questions": (everybody(404, "token"), everybody(404, "token")),
    "nominations-decide": (staff_only(405, "slug"), staff_only(404, "slug")),
    "changes": (staff_only(200, "slug"), staff_only(200, "slug")),
    "postpone": (staff_only(200, "slug"), staff_only(200, "slug")),
    "cancel": (staff_only(200, "slug"), staff_only(200, "slug")),
    "reschedule": (staff_only(200, "slug"), staff_only(409, "slug")),
    "successions": (staff_only(200), staff_only(302)),
    # its place is its own: nobody succeeds
    "succession": (staff_only(404, "organisation"), staff_only(404, "organisation")),
    "nomination-review": (staff_only(200, "slug", "nomination"), staff_only(404, "slug", "nomination")),
    "invitation-html": staff_get(staff_only(200, "slug", "nomination")),
    "draft-invitation": (staff_only(405, "slug"), staff_only(409, "slug")),
    "document": staff_get(staff_only(200, "document")),
    "document-preview": staff_get(staff_only(200, "document")),
    "document-copy": staff_get(staff_only(200, "copy")),
    "document-sign": (staff_only(200, "issued"), staff_only(200, "issued")),
    "document-signed": staff_get(staff_only(200, "signed")),
    "document-replace": (staff_only(200, "issued"), staff_only(409, "document")),
    "document-recall": (staff_only(200, "issued"), staff_only(200, "issued")),
    "register": staff_get(staff_only(200)),
    "register-file": staff_get(staff_only(200)),
    "document-issue": (staff_only(200, "document"), staff_only(200, "document")),
    "outbox": staff_get(staff_only(200)),
    "mailing": staff_get(staff_only(200, "mailing")),
    "mailing-again": (staff_only(405, "mailing"), staff_only(302, "mailing")),
    "outbox-message": staff_get(staff_only(200, "message")),
    # a letter without parts: nothing to edit
    "outbox-edit": (staff_only(409, "message"), staff_only(409, "message")),
    "outbox-html": staff_get(staff_only(200, "message")),
    "outbox-attachment": staff_get(staff_only(200, "attachment")),
    "outbox-confirm": (staff_only(200, "action"), staff_only(302, "action")),
    "letter-texts": staff_get(staff_only(200)),
    "letter-text": (staff_only(200, "text"), staff_only(200, "text")),
    "letter-text-restore": (staff_only(302, "text"), staff_only(302, "text")),
    "letter-preview": staff_get(staff_only(404, "name")),
    # the mandate of binh: an empty form is shown again
    "handover": (own_province(200, "mandate"), own_province(200, "mandate")),
    # accounts: the address is the right
    "set-password": (everybody(200, "account_token"), everybody(200, "account_token")),
    "set-password-renew": (everybody(405, "account_token"), everybody(302, "account_token")),
    # outside the demo its mailbox does not exist
    "demo_mail": (everybody(404), everybody(404)),
    "demo_mail_page": (everybody(404, "name"), everybody(404, "name")),
    "demo_mail_html": (everybody(404, "name"), everybody(404, "name")),
    "demo_mail_file": (everybody(404, "name", "number"), everybody(404, "name", "number")),
}
