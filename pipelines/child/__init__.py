"""A child process with limits: what strangers have made is opened in one that may take its time, and may die.

Nothing but the standard library is imported here, so that a child is up in a twentieth of a second and small.
"""
