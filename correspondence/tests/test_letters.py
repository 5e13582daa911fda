from correspondence.letters import render_letter

CONTEXT = {
    "subject": "Mời dự hội nghị\r\nBcc: x@y.example",
    "greeting": "Kính gửi: Sở Công Thương <b>A & B</b>,",
    "facts": [("Thời gian", "½ ngày, từ 8h00")],
    "paragraphs": ["Một", "Hai & ba"],
    "link": "{link}",
    "link_label": "Mở danh sách",
}


def test_both_parts_say_the_same():
    letter = render_letter("letter", CONTEXT)
    for part in (letter.text, letter.html):
        assert "Một" in part
        assert "{link}" in part
        assert "½ ngày, từ 8h00" in part
    assert "Hai & ba" in letter.text
    assert "<b>A & B</b>" in letter.text


def test_what_is_typed_never_becomes_markup_or_a_header():
    letter = render_letter("letter", CONTEXT)
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in letter.html
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
