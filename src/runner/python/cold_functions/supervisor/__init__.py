"""Starts runners, watches them, and lets nothing of them outlive its task."""
