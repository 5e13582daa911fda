"""The words of the letters of nomination and what fills them."""

import pytest

from correspondence import texts
from correspondence.letters import write_letter
from delegates import fillings, letters
from hoinghi.tests.cast import make_delegate

CODES = [
    "invitation",
    "receipt",
    "nomination_returned",
    "nomination_extended",
    "extension_asked",
    "extension_refused",
    "delegate_declined",
    "delegate",
]


@pytest.mark.parametrize("code", CODES)
def test_every_placeholder_of_the_list_has_a_value(code, nomination):
    make_delegate(nomination)
    values, frame = fillings.sample(code)
    assert texts.text_of(code).placeholders.keys() <= values.keys()
    letter = write_letter(code, values, frame)
    assert "{link}" in letter.text
    assert "{" not in letter.text.replace("{link}", "")
    assert nomination.conference.title in letter.text


@pytest.mark.parametrize("code", CODES)
def test_samples_need_no_people_but_a_list(code, conference, request):
    assert fillings.sample(code) is None
    request.getfixturevalue("nomination")
    assert fillings.sample(code) is not None


def test_the_invitation_names_the_notice_only_when_no_document_goes_along(nomination):
    with_document = letters.invitation_letter(nomination, with_document=True)
    without = letters.invitation_letter(nomination, with_document=False)
    address = nomination.conference.get_absolute_url()
    assert address in without.text
    assert address not in with_document.text
    assert "1÷2 chủ đầu tư hạ tầng CCN" in without.text
