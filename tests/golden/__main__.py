"""Writes the golden files of the present contract version anew: `python -m tests.golden`.

Do it when a message has gained an optional field, and look at the difference: only lines that are added are in order.
A removed or changed line is a new version of the contract: raise API_VERSION, and keep the old folder as it is.
"""

from tests.golden.files import write

write()
