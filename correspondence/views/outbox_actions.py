"""What staff can do with letters, each behind a page that says how many go to whom."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from correspondence import handling, policies
from correspondence.models import Message


@dataclass(frozen=True)
class Action:
    """One verb of ``correspondence.handling``.

    Arguments:
        slug: its part of the address.
        may: the policy: (user, message) → may it be done.
        states: the states in which it can be done at all.
        perform: the service; called with message, actor, at (and number for a repetition).
        perform_many: the service for all at once, where thousands may be chosen; answers those that it did.
        sends: whether letters go out by it.
        button, done: with {n}, the number of letters.
        hint: what staff should know before they say yes.
        repeats: writes new letters, so the form carries which repetition it means.
    """

    slug: str
    may: Callable[[object, Message], bool]
    states: frozenset[str]
    perform: Callable[..., Message]
    sends: bool
    title: str
    icon: str
    button: str
    done: str
    hint: str
    is_danger: bool = False
    repeats: bool = False
    perform_many: Callable[..., list[Message]] | None = None


ACTIONS = {
    action.slug: action
    for action in (
        Action(
            slug="thu-lai",
            may=policies.can_retry,
            states=policies.RETRYABLE,
            perform=handling.retry,
            sends=True,
            title="Thử gửi lại",
            icon="arrow-repeat",
            button="Gửi lại {n} thư",
            done="Đã đưa {n} thư vào hàng chờ.",
            hint="Các thư này chưa tới ai. Thư được gửi tới địa chỉ hiện nay của người nhận trong danh bạ.",
        ),
        Action(
            slug="cho-gui",
            may=policies.can_release,
            states=policies.HELD,
            perform=handling.release,
            perform_many=handling.release_many,
            sends=True,
            title="Cho gửi thư nháp",
            icon="send",
            button="Gửi {n} thư",
            done="Đã đưa {n} thư vào hàng chờ.",
            hint="Gửi rồi không rút lại được.",
        ),
        Action(
            slug="gui-thu-chua-ro",
            may=policies.can_settle,
            states=policies.UNSETTLED,
            perform=handling.send_unknown,
            sends=True,
            title="Gửi lại thư chưa rõ",
            icon="arrow-repeat",
            button="Gửi lại {n} thư",
            done="Đã đưa {n} thư vào hàng chờ.",
            hint="Người nhận có thể đã có thư này và sẽ nhận hai lần. "
            "Thư giữ nguyên mã Message-ID nên nhiều hộp thư chỉ hiện một.",
        ),
        Action(
            slug="ghi-da-gui",
            may=policies.can_settle,
            states=policies.UNSETTLED,
            perform=handling.settle_as_sent,
            sends=False,
            title="Ghi nhận đã gửi",
            icon="check-lg",
            button="Ghi nhận {n} thư đã gửi",
            done="Đã ghi nhận {n} thư là đã gửi.",
            hint="Dùng khi người nhận xác nhận đã có thư. Không thư nào được gửi thêm.",
        ),
        Action(
            slug="gui-them",
            may=policies.can_send_again,
            states=policies.REPEATABLE,
            perform=handling.send_again,
            sends=True,
            title="Gửi thêm một lần",
            icon="send",
            button="Gửi thêm {n} thư",
            done="Đã viết {n} thư mới.",
            hint="Thư mới có cùng nội dung và tệp kèm, gửi tới địa chỉ hiện nay của người nhận; thư cũ giữ nguyên.",
            repeats=True,
        ),
        Action(
            slug="huy",
            may=policies.can_cancel,
            states=policies.CANCELLABLE,
            perform=handling.cancel,
            sends=False,
            title="Hủy thư",
            icon="slash-circle",
            button="Hủy {n} thư",
            done="Đã hủy {n} thư.",
            hint="Thư đã hủy không được gửi nữa.",
            is_danger=True,
        ),
    )
}


def actions_for(user, messages: Iterable[Message]) -> list[Action]:
    """What can be done with at least one of the letters."""
    messages = list(messages)
    return [action for action in ACTIONS.values() if any(action.may(user, each) for each in messages)]
