"""Contacts that are no message: calls, appointments, contacts made elsewhere."""
