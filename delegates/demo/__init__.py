"""The demo: one account per role, a conference of the past with answers, a live one that waits to be published.

Everything is written through the services, at the time at which it would have happened.
"""
