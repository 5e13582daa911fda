"""Words of letters: the file's or the staff's, and nothing in braces but the placeholders of the list."""

import pytest
import yaml
from django.core.checks import run_checks

from correspondence import checks, labels, texts
from correspondence.models import TextOverride

ROW = {
    "code": "thu-nghiem",
    "name": "Thư thử nghiệm",
    "placeholders": {"organisation": "cơ quan nhận thư", "reason": "lý do"},
    "required": ["organisation"],
    "subject": "Thư gửi {organisation}",
    "greeting": "Kính gửi: {organisation},",
    "body": "Đoạn một.\nDòng hai.\n\nLý do: {reason}\n\nDấu {{}} in được.\n",
    "link_label": "Mở",
    "link_note": "Chỉ dùng một lần.",
}
VALUES = {"organisation": "Sở Công Thương", "reason": "trùng lịch"}


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    for module, name in ((texts, "_texts"), (labels, "_kinds")):
        monkeypatch.setattr(module, name, {})
    monkeypatch.setattr(texts, "problems_of_files", [])


@pytest.fixture
def file(tmp_path):
    """Writes the file of texts and registers it."""

    def register(*rows):
        path = tmp_path / "letters.yaml"
        path.write_text(yaml.safe_dump(list(rows), allow_unicode=True), encoding="utf-8")
        texts.register_texts(path)

    return register


def override(**changes) -> TextOverride:
    values = {"subject": "Khác", "greeting": "Thưa {organisation}", "body": "Mới.", "link_label": ""}
    return TextOverride.objects.create(code="thu-nghiem", **(values | changes))


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_words_of_the_file(file):
    file(ROW)
    assert texts.write("thu-nghiem", VALUES) == texts.Words(
        subject="Thư gửi Sở Công Thương",
        greeting="Kính gửi: Sở Công Thương,",
        paragraphs=["Đoạn một.\nDòng hai.", "Lý do: trùng lịch", "Dấu {} in được."],
        link_label="Mở",
        link_note="Chỉ dùng một lần.",
    )


@pytest.mark.django_db
def test_a_paragraph_whose_values_are_all_empty_is_left_out(file):
    file(ROW)
    words = texts.write("thu-nghiem", VALUES | {"reason": " "})
    assert words.paragraphs == ["Đoạn một.\nDòng hai.", "Dấu {} in được."]


@pytest.mark.django_db
def test_what_is_put_in_is_not_read_again(file):
    file(ROW)
    words = texts.write("thu-nghiem", {"organisation": "{reason} {{", "reason": "{organisation.__class__}"})
    assert words.subject == "Thư gửi {reason} {{"
    assert words.paragraphs[1] == "Lý do: {organisation.__class__}"


@pytest.mark.django_db
def test_the_staffs_words_come_before_the_files(file):
    file(ROW)
    override()
    words = texts.write("thu-nghiem", VALUES)
    assert (words.subject, words.greeting, words.paragraphs) == ("Khác", "Thưa Sở Công Thương", ["Mới."])
    assert words.link_label == "Mở"  # a button has words


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["Cũ {gone}", "Hở {organisation"])
def test_words_that_no_longer_fit_never_stop_a_letter(file, body, caplog):
    file(ROW)
    override(body=body)
    assert texts.write("thu-nghiem", VALUES).subject == "Thư gửi Sở Công Thương"
    assert "does not fit any more" in caplog.text


# ── checking ────────────────────────────────────────────────────────────────────────────────────────


def problems(file, **changes):
    file(ROW)
    wording = {name: ROW[name] for name in ("subject", "greeting", "body", "link_label")}
    return texts.check("thu-nghiem", **(wording | changes))


def test_the_files_own_words_are_right(file):
    assert problems(file) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{reasn}", "Không có chỗ điền {reasn} trong thư này. Có phải là {reason}?"),
        ("{Reason}", "Không có chỗ điền {Reason} trong thư này. Có phải là {reason}?"),
        ("{ reason }", "Không có chỗ điền { reason } trong thư này. Có phải là {reason}?"),
        ("{settings}", "Không có chỗ điền {settings} trong thư này."),
        ("{link}", "Không có chỗ điền {link} trong thư này."),
        ("{}", "Không có chỗ điền {} trong thư này."),
        ("{0}", "Không có chỗ điền {0} trong thư này."),
        ("{reason.__class__}", "Không có chỗ điền {reason.__class__} trong thư này."),
        ("{reason[0]}", "Không có chỗ điền {reason[0]} trong thư này."),
        ("{reason!r}", "Không có chỗ điền {reason!r} trong thư này."),
        ("{reason:>99999999}", "Không có chỗ điền {reason:>99999999} trong thư này."),
        ("lý do {reason", "Dấu { ở “lý do {reason” không có dấu } đi cùng."),
        ("lý do reason}", "Dấu } ở “lý do reason}” không có dấu { đi cùng."),
        ("{reason:{organisation}}", "Dấu { ở “{reason:{organisation}” không có dấu } đi cùng."),
    ],
)
@pytest.mark.parametrize("field", ["subject", "greeting", "body", "link_label"])
def test_whatever_is_no_placeholder_is_refused_at_its_field(file, field, text, message):
    found = problems(file, **{field: f"{text} {{organisation}}"})
    assert list(found) == [field]
    assert found[field][0].startswith(message[:-1].split(" ở ")[0])


def test_a_missing_placeholder_is_named(file):
    found = problems(file, subject="Thư", greeting="Kính gửi:")
    assert found == {"body": ["Thiếu {organisation} (cơ quan nhận thư). Thư này không thể thiếu phần đó."]}


def test_a_required_one_may_stand_anywhere(file):
    assert problems(file, subject="Thư", greeting="Kính gửi:", body="{organisation}") == {}


# ── files ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"code": "a"}, "a: lacks ['body', 'greeting', 'name', 'placeholders', 'subject']"),
        (ROW | {"heading": "x"}, "thu-nghiem: has unknown ['heading']"),
        (ROW | {"subject": 3}, "thu-nghiem: words must be texts"),
        (ROW | {"placeholders": {"organisation": "x"}}, "Không có chỗ điền {reason}"),
        (ROW | {"placeholders": {"organisation": "x", "a.b": "y", "reason": "z"}}, "['a.b'] cannot be"),
        (ROW | {"required": ["nobody"]}, "Bắt buộc có {nobody}"),
        ("text", "'text' is not a text with a code"),
    ],
)
def test_a_broken_text_stops_the_portal(file, row, problem):
    file(row)
    assert texts.registered() == []
    [error] = checks.letter_texts_are_whole(None)
    assert problem in error.msg
    assert error.id == "correspondence.E001"
    assert error in run_checks()


def test_two_texts_of_one_code_are_refused(file):
    file(ROW, ROW)
    assert len(texts.registered()) == 1
    assert "there is a text of that code already" in texts.problems_of_files[0]


@pytest.mark.parametrize("content", ["", "a: b", "- [", "\x00", None])
def test_a_file_that_is_none_stops_the_portal(tmp_path, content):
    path = tmp_path / "letters.yaml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    texts.register_texts(path)
    assert len(texts.problems_of_files) == 1
