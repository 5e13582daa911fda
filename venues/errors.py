class StepRefused(Exception):
    """Whoever asks has the right, but it cannot be done now; the text says why and what to do.

    ``field`` is the field of the form to mend, None where it is no single one.
    """

    def __init__(self, message: str, field: str | None = None):
        super().__init__(message)
        self.field = field
