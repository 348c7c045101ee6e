"""A clinic to play with in the browser: its phone, its mailbox, its clock, and everybody's part."""
