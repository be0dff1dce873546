"""Finds what a task leaves in its process. What it is asked and answers stands in reuse.py."""
