"""One SMTP connection and what became of a letter that was handed to it.

smtplib's ``sendmail`` cannot tell "the line broke before the letter was out" from "the line broke before the
answer came", which is the difference between sending again and asking a person. So the four commands are
given one by one.
"""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass

from django.core.mail.backends.smtp import EmailBackend

from correspondence.models import Attempt

Result = Attempt.Outcome


@dataclass(frozen=True)
class Outcome:
    """What became of one try.

    Arguments:
        answer: the server's words, or ours when it said nothing.
        address_refused: the server knows no such mailbox.
    """

    result: Result
    answer: str
    address_refused: bool = False


class Dropped(Exception):
    """The line broke before the server had the whole letter."""


class Transport:
    """Hands letters over one connection, opened when it is needed and again when the server drops it."""

    def __init__(self):
        self._smtp: smtplib.SMTP | None = None
        self._used = False
        self._unreachable = ""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._close(politely=True)

    def trouble(self) -> str:
        """Open the connection if there is none; empty, or why no server can be reached.

        A server that is away is asked once per batch, not once per letter.
        """
        if self._smtp is None and not self._unreachable:
            backend = EmailBackend(fail_silently=False)
            try:
                backend.open()
                backend.connection.ehlo_or_helo_if_needed()
            except (smtplib.SMTPException, OSError) as error:
                self._unreachable = f"Không kết nối được máy chủ thư: {_words(error)}"
                backend.close()
            else:
                self._smtp, self._used = backend.connection, False
        return self._unreachable

    def hand_over(
        self, *, sender: str, recipient: str, payload: bytes, meanwhile: Callable[[], None] = lambda: None
    ) -> Outcome:
        """Give one letter to the server. Never raises.

        Arguments:
            meanwhile: called while the server stores the letter, at most once; it must not raise.

        A server may close the line after so many letters or so much silence; then the letter is tried once
        more on a fresh one, which is safe as long as the server had not got all of it.
        """
        for _ in range(2):
            if trouble := self.trouble():
                return Outcome(Result.TRANSIENT, trouble)
            used, self._used = self._used, True
            try:
                return self._dialogue(sender, recipient, payload, meanwhile)
            except Dropped as error:
                self._close()
                outcome = Outcome(Result.TRANSIENT, f"Mất kết nối trước khi trao xong thư: {error}")
                if not used:
                    break
        return outcome

    def _dialogue(
        self, sender: str, recipient: str, payload: bytes, meanwhile: Callable[[], None]
    ) -> Outcome:
        smtp = self._smtp
        try:
            size = [f"size={len(payload)}"] if smtp.has_extn("size") else []
            for command, argument in (
                (smtp.mail, (sender, size)),
                (smtp.rcpt, (recipient,)),
                (smtp.docmd, ("DATA",)),
            ):
                code, words = command(*argument)
                if code == 421:
                    raise Dropped(_answer(code, words))
                if code not in (250, 251, 354):
                    self._reset()
                    return _refusal(code, words, at_recipient=command == smtp.rcpt)
            # The closing dot is the last thing that goes out: when this raises, the server has no whole letter.
            smtp.send(payload.replace(b"\n.", b"\n..") + b".\r\n")
        except (smtplib.SMTPException, OSError) as error:
            raise Dropped(_words(error)) from error
        meanwhile()
        try:
            code, words = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            return Outcome(
                Result.UNKNOWN, f"Máy chủ đã nhận nội dung thư nhưng không trả lời: {_words(error)}"
            )
        if code == 250:
            return Outcome(Result.SENT, _answer(code, words))
        self._reset()
        return _refusal(code, words)

    def _reset(self) -> None:
        """Clear the server's mind for the next letter."""
        try:
            if self._smtp.rset()[0] == 250:
                return
        except (smtplib.SMTPException, OSError):
            pass
        self._close()

    def _close(self, *, politely: bool = False) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            if politely:
                smtp.quit()
        except (smtplib.SMTPException, OSError):
            pass
        finally:
            smtp.close()


def _refusal(code: int, words: bytes, *, at_recipient: bool = False) -> Outcome:
    answer = _answer(code, words)
    if not 500 <= code < 600:
        return Outcome(Result.TRANSIENT, answer)
    # 552 is a full mailbox and 5.7.x a rule about us: neither says that the address is wrong.
    unknown = at_recipient and code in (550, 551, 553) and " 5.7." not in answer
    return Outcome(Result.PERMANENT, answer, address_refused=unknown)


def _answer(code: int, words: bytes) -> str:
    return f"{code} {words.decode('utf-8', 'replace')}".replace("\0", "")[:1000]


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return _answer(error.smtp_code, words if isinstance(words, bytes) else words.encode())
    return (str(error) or type(error).__name__).replace("\0", "")[:1000]
