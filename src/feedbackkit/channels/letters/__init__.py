"""Letters: messages in words, as text and as a page, in the language of their reader."""

from feedbackkit.channels.letters.letters import Letters
from feedbackkit.channels.letters.parts import Offer, Parts, Question
from feedbackkit.channels.letters.templates import TemplateLetters

__all__ = ["Letters", "Offer", "Parts", "Question", "TemplateLetters"]
