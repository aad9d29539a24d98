"""Webhooks: other programs are told what happens to requests, by the rules of Standard Webhooks."""

from feedbackkit.channels.webhook.signing import sign, verify
from feedbackkit.channels.webhook.subscriber import AsyncWebhook, Webhook

__all__ = ["AsyncWebhook", "Webhook", "sign", "verify"]
