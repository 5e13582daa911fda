"""What delegates are asked beside their name: which answers are right, what they are stored as.

An answer is stored as people read it: "Có", "Không", one of the choices, a text, a number.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import forms

from conferences.models import Conference, Question
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
    """The field in which the answer is chosen or typed; whether it is right says ``clean_answer``.

    ``must`` of the field: a list can't be sent without the answer.
    """
    if choices := offered(question):
        pairs = [("", "Chưa trả lời"), *((choice, choice) for choice in choices)]
        field = forms.CharField(label=question.text, required=False, widget=forms.Select(choices=pairs))
    else:
        is_number = question.kind == Question.Kind.NUMBER
        widget = forms.TextInput({"inputmode": "numeric"} if is_number else {})
        field = forms.CharField(label=question.text, required=False, max_length=LONGEST_TEXT, widget=widget)
    field.must = question.is_required
    return field


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


def first_answers(
    delegate: Delegate, answers: Mapping[str, str], asked: list[Question]
) -> Iterator[QuestionAnswer]:
    """What a delegate who is new answers, to be stored together with the answers of others."""
    for question in asked:
        if value := clean_answer(question, answers.get(str(question.pk), "")):
            yield QuestionAnswer(delegate=delegate, question=question, value=value)


def asked_of(delegate: Delegate) -> list[tuple[Question, str]]:
    """The questions that the delegate is asked, each with the answer given so far."""
    group = delegate.seat.group
    given = {answer.question_id: answer.value for answer in delegate.question_answers.all()}
    questions = delegate.seat.nomination.conference.questions.prefetch_related("groups")
    return [(question, given.get(question.pk, "")) for question in questions if question.is_for(group)]


# ── counted for staff ───────────────────────────────────────────────────────────────────────────────


@dataclass
class Tally:
    """What everybody answered to one question.

    Attributes:
        counts: answer → how many gave it, most frequent first where the answers are free.
        silent: how many of those who are asked have not answered.
        total: the sum of the answers that are numbers; None for other kinds.
        answers: (delegate, answer or "") in the order of the list.
    """

    question: Question
    counts: dict[str, int]
    silent: int
    total: int | None
    answers: list[tuple[Delegate, str]]


def tallies_of(conference: Conference) -> list[Tally]:
    """Count the answers of everybody who is sent; those in reserve are not counted."""
    delegates = list(
        Delegate.objects.attending()
        .filter(seat__nomination__conference=conference)
        .select_related("seat__nomination", "seat__group")
        .order_by(
            "seat__nomination__unit__sort_key", "seat__nomination__organisation__sort_key", "sort_key", "id"
        )
    )
    given = answers_of(conference)
    return [
        _tally(
            question, [(each, given.get((each.pk, question.pk), "")) for each in _asked(question, delegates)]
        )
        for question in conference.questions.prefetch_related("groups")
    ]


def answers_of(conference: Conference) -> dict[tuple[int, int], str]:
    """(delegate, question) → answer, for the whole conference."""
    given = QuestionAnswer.objects.filter(question__conference=conference)
    return {
        (delegate, question): value
        for delegate, question, value in given.values_list("delegate", "question", "value")
    }


def _asked(question: Question, delegates: list[Delegate]) -> list[Delegate]:
    return [delegate for delegate in delegates if question.is_for(delegate.seat.group)]


def _tally(question: Question, answers: list[tuple[Delegate, str]]) -> Tally:
    found = Counter(value for _, value in answers if value)
    choices = offered(question)
    # Choices stand in their own order, also those that nobody took; an answer to a choice since removed follows.
    counts = {choice: found.pop(choice, 0) for choice in choices} | dict(found.most_common())
    is_number = question.kind == Question.Kind.NUMBER
    total = (
        sum(int(value) * number for value, number in counts.items() if value.isdigit()) if is_number else None
    )
    silent = sum(not value for _, value in answers)
    return Tally(question, counts, silent, total, answers)
