"""Loads the register of units and organisations from directory/data (see docs of ``load_register``)."""

from directory.loading.register import Tally, load_register
from directory.loading.rows import RefusedData

__all__ = ["RefusedData", "Tally", "load_register"]
