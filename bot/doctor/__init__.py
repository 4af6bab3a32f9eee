"""Is everything in order? One check for each thing that a running bot needs."""

from bot.doctor.diagnosis import CHECKS, diagnose
from bot.doctor.facts import Facts, Finding

__all__ = ["CHECKS", "Facts", "Finding", "diagnose"]
