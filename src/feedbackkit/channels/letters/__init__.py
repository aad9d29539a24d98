"""Letters: messages in words, as text and as a page, in the language of their reader."""

from feedbackkit.channels.letters.letters import Letters
from feedbackkit.channels.letters.parts import Offer, Parts, Question

__all__ = ["Letters", "Offer", "Parts", "Question"]
