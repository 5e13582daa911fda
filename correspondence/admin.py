"""The staff's desk of this app, one module per matter (Django looks for this one)."""

from correspondence import admin_accounts, admin_documents  # noqa: F401
