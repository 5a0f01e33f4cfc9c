"""Station: says why anything stands where it stands - what happened, what is in the way, what comes, what you can do.

Reads only. In reading order: report, obstacles, story, coming, remedies, explanation, strangers; steps, failures and
overview are about many.
"""
