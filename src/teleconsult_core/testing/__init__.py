"""For those who embed or extend: clock, fakes, builders, and a contract suite per port."""
