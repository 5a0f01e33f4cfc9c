"""How the program ends: 0 is done."""

NO = 1
"""It ran, and the answer is no."""
WRONG = 2
"""Wrong usage or configuration; nothing was done."""
FAULT = 70
"""A fault of PrintHub itself (EX_SOFTWARE of sysexits.h)."""
