"""Structured logs without personal data: JSON lines in production, readable lines elsewhere.

Every line carries the request's or the task's id. What a person could be known by (address, name typed into a
search, personal link) stays out: the request is logged without its query, and what looks like a secret or an
e-mail address is masked in every line, tracebacks included. Of what PostgreSQL says of a refused row the row is left
out.
"""

import re
import sys

import structlog
from django_structlog.middlewares import RequestMiddleware

SECRET = re.compile(
    r"\b\d+-[0-9a-f]{40}\b"  # personal link (directory.links)
    r"|(?<=/key/)[^/\s]+"  # set-password link (allauth)
    r"|[^\s/:@<>\"']+@[^\s/:@<>\"']+"  # e-mail address; also user and password of a service's URL
)
# With these words PostgreSQL repeats values: "DETAIL:  Failing row contains (…)", "LINE 1: … WHERE name = '…'".
# They may have line breaks, so it is told from the next error of a traceback only.
ROW = re.compile(r"\b(DETAIL|LINE \d+):.*?(?=\n\n(?:The above exception|During handling)|\Z)", re.DOTALL)
MASK = "***"


def mask(value):
    """A text, or whatever texts it holds, without what ``SECRET`` and ``ROW`` match."""
    if isinstance(value, str):
        return SECRET.sub(MASK, ROW.sub(rf"\1: {MASK}", value))
    if isinstance(value, dict):
        return {key: mask(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [mask(each) for each in value]
    return value


def mask_secrets(logger, method_name, event):
    """A structlog processor; see ``mask``."""
    return mask(event)


class RequestLogMiddleware(RequestMiddleware):
    """One line per answered request."""

    @staticmethod
    def bind_user_id(request) -> None:
        """The account's number, once the request itself has asked who it is: the log costs no query of its own."""
        if hasattr(request, "_cached_user"):
            RequestMiddleware.bind_user_id(request)

    @staticmethod
    def format_request(request) -> str:
        return f"{request.method} {request.path}"


def configure(*, json: bool, level: str) -> dict:
    """Set structlog up and answer the matching ``LOGGING``; one chain serves structlog and plain logging.

    Arguments:
        json: one JSON object a line, for machines.
        level: the lowest level that is written, such as "INFO".
    """
    chain = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask_secrets,
    ]
    structlog.configure(
        processors=[*chain, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": chain,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # RequestLogMiddleware writes the same with the request's id; 5xx stay, for errors before it.
            "django.request": {"level": "ERROR"},
            # Two lines for every tick of the beat; failures are errors and stay.
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            # It lets nothing through to the root by itself.
            "gunicorn.error": {"handlers": ["console"], "propagate": False},
            # They tell of every step of every PDF.
            "weasyprint.progress": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
        },
    }
