import re
from importlib.metadata import PackageNotFoundError, metadata

from django.conf import settings
from django.core.management.base import BaseCommand

LOCKS = ("requirements.txt", "requirements-dev.txt")
UNNAMED = "không ghi"


def locked(name: str) -> list[str]:
    """The packages of a lock file, by name."""
    text = (settings.BASE_DIR / name).read_text()
    return re.findall(r"^([a-z0-9][a-z0-9-]*)==", text, re.MULTILINE)


def licence_of(package: str) -> str:
    """What the package says of its own licence: the expression, or the classifiers, or a short text."""
    try:
        said = metadata(package)
    except PackageNotFoundError:
        return "chưa cài"
    if expression := said.get("License-Expression"):
        return expression
    prefix = "License :: "
    named = [each.removeprefix(prefix) for each in said.get_all("Classifier", []) if each.startswith(prefix)]
    if named := [each.removeprefix("OSI Approved :: ") for each in named if each != "OSI Approved"]:
        return "; ".join(named)
    text = (said.get("License") or "").strip().split("\n")[0]
    return text[:80] or UNNAMED


def table(packages: list[str]) -> list[str]:
    """Lines of a Markdown table."""
    rows = [f"| {package} | {licence_of(package)} |" for package in packages]
    return ["| gói | giấy phép |", "|---|---|", *rows]


class Command(BaseCommand):
    help = "In giấy phép của mọi gói Python mà Cổng dùng, theo tệp khóa phiên bản (docs/giay-phep.md)."
    requires_system_checks = []

    def handle(self, **options):
        running, testing = map(locked, LOCKS)
        self.stdout.write("## Khi chạy\n\n" + "\n".join(table(running)))
        only = [package for package in testing if package not in running]
        self.stdout.write("\n## Chỉ khi kiểm thử\n\n" + "\n".join(table(only)))
