"""The read API: what the public pages say, as JSON for programs.

``conferences/data/openapi.yaml`` describes it; nothing about persons leaves through it. ``rows`` chooses what is
answered field by field, so that a new column of a model is never published by accident.
"""
