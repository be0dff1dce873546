"""What wire functions return besides bytes, text and JSON, written as files. Loaded only where a task returns such."""
