"""What a situation changes against the permission matrix: (situation, who) → "GET POST" → names of URLs.

``test_permissions_states`` makes the situations. All other URLs answer as ``hoinghi.tests.matrix`` says.
"""

# What several situations change alike.
_BEGUN_BY_LINK = {
    "200 200": "officer-checkin",
    "200 302": "officer-attendance",
    "409 409": "delegate-correct delegate-propose",
}
_BEGUN_IN_ITS_ROOM = {
    "200 200": "room-checkin",
    "200 302": "room-attendance",
}
_BEGUN_AT_THE_DESK = {
    "200 200": "room-checkin",
    "200 302": "room-attendance",
    "200 409": "cancel postpone",
    "404 405": "reminder-html",
    "409 404": "line-test-call-off",
    "409 409": "line-test-change line-test-plan",
}
_LIST_SENT = {
    "200 200": "nomination-replace nomination-withdraw",
}
_PERSON_GONE = {
    "405 200": "delegate-new-link",
    "405 410": "delegate-feed-renew",
    "410 405": (
        "delegate-calendar delegate-feed delegate-inline delegate-join delegate-material "
        "delegate-materials-zip delegate-preview"
    ),
    "410 410": (
        "delegate-correct delegate-data delegate-opinion delegate-page delegate-propose delegate-questions"
    ),
}
_LINK_DEAD = {
    "405 200": "delegate-new-link officer-new-link",
    "405 410": ("delegate-feed-renew officer-officer-send-again officer-ready officer-scans officer-tick"),
    "405 login": "set-password-renew",
    "410 405": (
        "delegate-calendar delegate-feed delegate-inline delegate-join delegate-material "
        "delegate-materials-zip delegate-preview focal-feed officer-checklist-pdf officer-day-live "
        "officer-join officer-page officer-photo officer-room-photo officer-round-calendar "
        "officer-sheet"
    ),
    "410 410": (
        "delegate-correct delegate-data delegate-opinion delegate-page delegate-propose "
        "delegate-questions officer-attendance officer-checkin officer-data officer-day "
        "officer-describe officer-officer-add officer-officer-change officer-officer-hand-over "
        "officer-officer-relieve officer-own-finding set-password"
    ),
}
_ACCOUNT_CLOSED = {
    "405 login": (
        "booking-give-back booking-officer-send-again booking-ready booking-tick focal-feed-renew "
        "nomination-decline nomination-paper-remove nomination-promote nomination-substitute "
        "room-scans send-again"
    ),
    "login 405": (
        "board-live booking booking-checklist-pdf booking-photo booking-room-photo "
        "booking-round-calendar draft draft-file draft-result draft-result-file invitations join "
        "join-open material material-inline material-preview my-rooms nomination-choices "
        "nomination-history nomination-list-pdf nomination-paper nomination-receipt "
        "nomination-template opinion-paper opinion-sheets paper-file paper-requests receipt-pdf "
        "room-day-live room-join room-sheet task-file tasks"
    ),
    "login login": (
        "board booking-add-sub booking-choose booking-describe booking-officer-add "
        "booking-officer-change booking-officer-hand-over booking-officer-relieve "
        "booking-own-finding handover my-data nomination nomination-papers nomination-replace "
        "nomination-speeches nomination-withdraw opinion-sheet paper-request room-attendance "
        "room-checkin room-day task unsent"
    ),
}

EXPECTED: dict[tuple[str, str], dict[str, str]] = {
    ("conference draft", "anonymous"): {
        "404 404": "delegate-opinion",
        "404 405": (
            "api-agenda api-event api-materials api-results conference conference-calendar "
            "delegate-inline delegate-material delegate-materials-zip delegate-preview materials"
        ),
        "409 409": "delegate-correct delegate-propose",
    },
    ("conference draft", "binh"): {
        "404 404": (
            "board booking-add-sub booking-describe booking-officer-add booking-officer-change "
            "booking-officer-hand-over booking-officer-relieve"
        ),
        "404 405": (
            "api-agenda api-event api-materials api-results board-live booking booking-checklist-pdf "
            "booking-photo booking-room-photo booking-round-calendar conference conference-calendar "
            "draft draft-file join join-open material material-inline material-preview materials "
            "materials-zip"
        ),
        "409 409": "nomination-papers",
    },
    ("conference draft", "dung"): {
        "404 404": (
            "board booking-add-sub booking-describe booking-officer-add booking-officer-change "
            "booking-officer-hand-over booking-officer-relieve booking-own-finding room-attendance "
            "room-checkin room-day"
        ),
        "404 405": (
            "api-agenda api-event api-materials api-results board-live booking booking-checklist-pdf "
            "booking-photo booking-room-photo booking-round-calendar conference conference-calendar "
            "join join-open materials room-day-live room-join room-sheet"
        ),
        "405 404": "room-scans",
    },
    ("conference draft", "an"): {
        "200 302": "publish",
        "200 409": "cancel changes postpone",
        "404 405": "api-agenda api-event api-materials api-results",
        "409 409": "paper-ask",
    },
    ("conference planned", "anonymous"): {
        "409 409": "delegate-correct delegate-propose",
    },
    ("conference planned", "binh"): {
        "409 409": "nomination-papers",
    },
    ("conference planned", "an"): {
        "200 302": "publish",
        "200 409": "changes postpone",
    },
    ("conference postponed", "anonymous"): {
        "409 409": "delegate-correct delegate-propose",
    },
    ("conference postponed", "binh"): {
        "409 409": "nomination-papers",
    },
    ("conference postponed", "an"): {
        "200 200": "reschedule",
        "200 409": "changes postpone",
    },
    ("conference cancelled", "anonymous"): {
        "409 404": "officer-officer-relieve",
        "409 409": (
            "delegate-correct delegate-propose officer-describe officer-officer-add "
            "officer-officer-change officer-officer-hand-over"
        ),
    },
    ("conference cancelled", "binh"): {
        "409 404": "booking-officer-relieve",
        "409 409": (
            "booking-add-sub booking-describe booking-officer-add booking-officer-change "
            "booking-officer-hand-over nomination-papers"
        ),
    },
    ("conference cancelled", "dung"): {
        "409 404": "booking-officer-relieve",
        "409 409": (
            "booking-add-sub booking-describe booking-officer-add booking-officer-change "
            "booking-officer-hand-over"
        ),
    },
    ("conference cancelled", "an"): {
        "200 409": "cancel changes postpone",
        "409 404": "booking-officer-relieve line-test-call-off",
        "409 409": (
            "booking-add-sub booking-choose booking-describe booking-officer-add booking-officer-change "
            "booking-officer-hand-over line-test-change line-test-plan paper-ask"
        ),
    },
    ("its day", "anonymous"): _BEGUN_BY_LINK,
    ("its day", "binh"): {
        "409 409": "nomination-papers",
    },
    ("its day", "dung"): _BEGUN_IN_ITS_ROOM,
    ("its day", "an"): _BEGUN_AT_THE_DESK,
    ("ended", "anonymous"): _BEGUN_BY_LINK,
    ("ended", "binh"): {
        "409 409": "nomination-papers",
    },
    ("ended", "dung"): _BEGUN_IN_ITS_ROOM,
    ("ended", "an"): _BEGUN_AT_THE_DESK,
    ("concluded", "anonymous"): _BEGUN_BY_LINK,
    ("concluded", "binh"): {
        "409 409": "nomination-papers",
    },
    ("concluded", "dung"): _BEGUN_IN_ITS_ROOM,
    ("concluded", "an"): {
        "200 200": "room-checkin",
        "200 302": "room-attendance",
        "200 409": "cancel changes postpone",
        "404 405": "reminder-html",
        "409 404": "line-test-call-off",
        "409 409": "line-test-change line-test-plan",
    },
    ("list submitted", "binh"): _LIST_SENT,
    ("list returned", "binh"): _LIST_SENT,
    ("list accepted", "binh"): _LIST_SENT,
    ("after the hard close", "anonymous"): {
        "409 409": "delegate-propose",
    },
    ("after the hard close", "binh"): {
        "409 409": "nomination-papers",
    },
    ("person replaced", "anonymous"): _PERSON_GONE,
    ("person withdrawn", "anonymous"): _PERSON_GONE,
    ("links expired", "anonymous"): _LINK_DEAD,
    ("links revoked", "anonymous"): _LINK_DEAD,
    ("mandates ended", "binh"): {
        "404 404": (
            "board booking-add-sub booking-describe booking-officer-add booking-officer-change "
            "booking-officer-hand-over booking-officer-relieve handover nomination nomination-papers "
            "nomination-replace nomination-speeches nomination-withdraw opinion-sheet paper-request "
            "task"
        ),
        "404 405": (
            "board-live booking booking-checklist-pdf booking-photo booking-room-photo "
            "booking-round-calendar draft draft-file join join-open material material-inline "
            "material-preview materials-zip nomination-choices nomination-history nomination-list-pdf "
            "nomination-paper nomination-receipt nomination-template opinion-paper paper-file "
            "receipt-pdf task-file"
        ),
        "405 404": "nomination-decline nomination-promote",
    },
    ("mandates ended", "dung"): {
        "404 404": (
            "board booking-add-sub booking-describe booking-officer-add booking-officer-change "
            "booking-officer-hand-over booking-officer-relieve booking-own-finding room-attendance "
            "room-checkin room-day"
        ),
        "404 405": (
            "board-live booking booking-checklist-pdf booking-photo booking-room-photo "
            "booking-round-calendar join join-open room-day-live room-join room-sheet"
        ),
        "405 404": "room-scans",
    },
    ("accounts closed", "binh"): {"404 405": "materials-zip", **_ACCOUNT_CLOSED},
    ("accounts closed", "dung"): _ACCOUNT_CLOSED,
}
