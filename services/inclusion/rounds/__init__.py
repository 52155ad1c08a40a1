"""What time brings: deliveries are read, waves start, and their selections are told unit by unit."""

from services.inclusion.rounds.deliveries import read_deliveries
from services.inclusion.rounds.selections import tell_selections
from services.inclusion.rounds.starting import start_waves

__all__ = ["read_deliveries", "start_waves", "tell_selections"]
