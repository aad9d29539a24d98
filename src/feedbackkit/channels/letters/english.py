"""Letters in English."""

from __future__ import annotations

from typing import Final

from feedbackkit.channels.letters.phrases import Phrases
from feedbackkit.domain.request import Form, Occasion
from feedbackkit.links import Purpose

__all__ = ["ENGLISH", "ENGLISH_INFORMAL"]

ENGLISH: Final = Phrases(
    language="en",
    greeting="Dear {name},",
    ask_subject="A few minutes about {subject}",
    reminder_subject="A reminder: a few minutes about {subject}",
    several_subject="A few minutes about {count} people",
    ask="{sender} would be grateful for your word:",
    reminder="{sender} asked you a while ago, and your word would still help:",
    nudge_subject="A word to {subject}?",
    nudge="{sender} has a small request:",
    nudge_question="Would you mention it to {subject} when you next speak?",
    nudge_reason="We asked {subject} for a word about your work and have heard nothing yet.",
    nudge_form="A sentence from you does more than another mail from us; no answer is needed.",
    thanks_subject="Thank you for your answer",
    thanks="Your answer has reached {sender}.",
    thanked={
        Occasion.QUALITY_CHECK: "Thank you for telling us how the work with {subject} is going.",
        Occasion.REFERENCE: "Thank you for your reference for {subject}.",
        Occasion.CLOSING_REVIEW: "Thank you for looking back at the work with {subject}.",
        Occasion.REFERENCE_CHECK: "Thank you for telling us what it was like to work with {subject}.",
        Occasion.VERIFICATION: "Thank you for looking again at what you wrote about {subject}.",
        Occasion.SELF_ASSESSMENT: "Thank you for your view of your own work, {subject}.",
        Occasion.PROVIDER_VIEW: "Thank you for telling us how we did.",
        Occasion.REVIEW: "Thank you for your view of the work of {subject}.",
        Occasion.NAMING: "Thank you for helping us to find somebody else who can tell, {subject}.",
    },
    thanks_form="There is nothing left for you to do.",
    owed="As promised, you get {benefit}, by {day}.",
    withdrawal_subject="An answer is not needed any more",
    withdrawal="{sender} had asked you for your word, and an answer is not needed any more:",
    withdrawn={
        Occasion.QUALITY_CHECK: "You need not tell us any more how the work with {subject} is going.",
        Occasion.REFERENCE: "You need not write about {subject} any more.",
        Occasion.CLOSING_REVIEW: "You need not look back at the work with {subject} any more.",
        Occasion.REFERENCE_CHECK: "You need not tell us any more what it was like to work with {subject}.",
        Occasion.VERIFICATION: "You need not look again at what you wrote about {subject}.",
        Occasion.SELF_ASSESSMENT: "You need not assess your own work any more, {subject}.",
        Occasion.PROVIDER_VIEW: "You need not tell us any more how we did.",
        Occasion.REVIEW: "You need not give us your view of the work of {subject} any more.",
        Occasion.NAMING: "You need not name anybody else any more, {subject}.",
    },
    withdrawal_form="No reminder follows, and there is nothing for you to do. Thank you for your time.",
    invitation_subject="Your appointment with {sender}",
    invitation="{sender} looks forward to speaking with you:",
    moved="{sender} confirms the new time of your appointment:",
    appointments={
        Form.WRITTEN: "Talk about {subject}",
        Form.TALK: "Talk about {subject}",
        Form.PHONE: "Call about {subject}",
    },
    when="{weekday}, {day}, {time} ({zone}), {minutes} minutes.",
    where="Where: {place}.",
    invitation_form="If that does not suit you, a short reply is enough.",
    cancellation_subject="Your appointment with {sender} is called off",
    cancellation="This appointment with {sender} does not take place:",
    cancellation_form="There is nothing for you to do.",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    day="{day} {month} {year}",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    questions={
        Occasion.QUALITY_CHECK: "How is the work with {subject} going?",
        Occasion.REFERENCE: "Would you write a few sentences about {subject} that a later client may read?",
        Occasion.CLOSING_REVIEW: "Looking back: how was the work with {subject}?",
        Occasion.REFERENCE_CHECK: "What was it like to work with {subject}?",
        Occasion.VERIFICATION: "Does what you wrote about {subject} still hold?",
        Occasion.SELF_ASSESSMENT: "How do you see your own work, {subject}?",
        Occasion.PROVIDER_VIEW: "How did we do, from your point of view?",
        Occasion.REVIEW: "How do you see the work of {subject}?",
        Occasion.NAMING: "Who else can tell how it was to work with you, {subject}? One whom you named could not.",
    },
    reasons={
        Occasion.QUALITY_CHECK: "You work with {subject} and can tell best.",
        Occasion.REFERENCE: "You saw the work of {subject} for yourself, which makes your word worth more than ours.",
        Occasion.CLOSING_REVIEW: "You worked with {subject} and know what remains to be said.",
        Occasion.REFERENCE_CHECK: "{subject} named you as somebody who can tell.",
        Occasion.VERIFICATION: "You wrote it, so only you can say.",
        Occasion.SELF_ASSESSMENT: "Your own view belongs beside that of others.",
        Occasion.PROVIDER_VIEW: "You have worked with us and know what we could do better.",
        Occasion.REVIEW: "You see the work of {subject} from where you stand.",
        Occasion.NAMING: "You know best who has seen your work.",
    },
    forms={
        Form.WRITTEN: "A short reply is enough; it takes about five minutes.",
        Form.TALK: "A talk of a quarter of an hour is enough: when would it suit you?",
        Form.PHONE: "A phone call of ten minutes is enough: when may we ring?",
    },
    benefit="Whatever you answer, you get: {benefit}.",
    offers={
        Purpose.ANSWER: "Answer now",
        Purpose.LATER: "Ask me later",
        Purpose.SOMEBODY_ELSE: "Ask somebody else",
        Purpose.NO: "No, thank you",
        Purpose.NEVER: "Never ask me again",
    },
    ways=(
        "If you would rather not, if another date suits you better, or if somebody else can tell more, "
        "just say so in a reply. If you do not want to hear from us about this any more, tell us, and we stop."
    ),
    notice=(
        "You may object to being asked like this at any time, at no cost beyond that of sending a message: "
        "a reply is enough."
    ),
    farewell="Kind regards",
)

ENGLISH_INFORMAL: Final = ENGLISH._replace(greeting="Hello {name},", farewell="Best wishes")
