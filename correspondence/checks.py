"""System checks of correspondence; ``manage.py check`` and ``migrate`` show them and refuse to go on."""

from django.core.checks import Error, register

from correspondence import texts


@register
def letter_texts_are_whole(app_configs, **kwargs) -> list[Error]:
    """A broken text would only show when its letter is due, perhaps months later."""
    return [
        Error(
            f"A text of a letter cannot be used: {problem}",
            hint="Mend the file; the format is described at correspondence.texts.register_texts.",
            id="correspondence.E001",
        )
        for problem in texts.problems_of_files
    ]
