"""What delegates are asked beside their name: which answers are right, what they are stored as.

An answer is stored as people read it: "Có", "Không", one of the choices, a text, a number.
"""

from collections.abc import Iterator, Mapping

from django import forms

from conferences.models import Question
from delegates.models import Delegate, QuestionAnswer
from hoinghi.text import nfc

YES, NO = "Có", "Không"
LONGEST_TEXT = 500
HIGHEST_NUMBER = 10_000


def field_name(question: Question) -> str:
    """What the question's field is called in forms and in messages about rows."""
    return f"q{question.pk}"


def offered(question: Question) -> list[str]:
    """The answers to choose from; none where the answer is typed."""
    if question.kind == Question.Kind.YES_NO:
        return [YES, NO]
    return question.choice_list if question.kind == Question.Kind.CHOICE else []


def form_field(question: Question) -> forms.CharField:
    """The field in which the answer is chosen or typed; whether it is right says ``clean_answer``."""
    if choices := offered(question):
        pairs = [("", "Chưa trả lời"), *((choice, choice) for choice in choices)]
        return forms.CharField(label=question.text, required=False, widget=forms.Select(choices=pairs))
    is_number = question.kind == Question.Kind.NUMBER
    widget = forms.TextInput({"inputmode": "numeric"} if is_number else {})
    return forms.CharField(label=question.text, required=False, max_length=LONGEST_TEXT, widget=widget)


def clean_answer(question: Question, typed: str) -> str:
    """The answer as it is stored; "" for none.

    Raises:
        ValueError: with a message for the person who typed.
    """
    value = nfc(typed)
    if not value:
        return ""
    if choices := offered(question):
        if value not in choices:
            raise ValueError(f"Chọn một trong: {', '.join(choices)}.")
    elif question.kind == Question.Kind.NUMBER:
        if not (value.isascii() and value.isdigit() and int(value[:9]) <= HIGHEST_NUMBER):
            raise ValueError(f"Nhập một số từ 0 đến {HIGHEST_NUMBER}, chỉ gồm chữ số.")
        return str(int(value))
    elif len(value) > LONGEST_TEXT:
        raise ValueError(f"Viết nhiều nhất {LONGEST_TEXT} chữ (đang có {len(value)}).")
    return value


def problems(answers: Mapping[str, str], asked: list[Question]) -> Iterator[tuple[str, str]]:
    """(field, message) of every answer that is missing or wrong."""
    for question in asked:
        value = answers.get(str(question.pk), "")
        try:
            if not clean_answer(question, value) and question.is_required:
                yield field_name(question), "Cần trả lời câu hỏi này."
        except ValueError as error:
            yield field_name(question), str(error)


def keep_answers(delegate: Delegate, answers: Mapping[str, str], asked: list[Question]) -> None:
    """Store what the delegate answers to the questions asked; a blank answer is none."""
    before = {answer.question_id: answer for answer in delegate.question_answers.all()}
    for question in asked:
        value = clean_answer(question, answers.get(str(question.pk), ""))
        known = before.get(question.pk)
        if known and not value:
            known.delete()
        elif value and (known is None or known.value != value):
            QuestionAnswer.objects.update_or_create(
                delegate=delegate, question=question, defaults={"value": value}
            )
