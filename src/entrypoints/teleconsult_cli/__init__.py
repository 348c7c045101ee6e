"""The command line: parse, read the clock, call a use case, show its outcome. May import wiring."""
