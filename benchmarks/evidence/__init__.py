"""Estimates beside lme4, and on simulated pools beside the plain mean."""
