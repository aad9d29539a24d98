"""The faces of a desk, a module a theme: the methods that are awaited, and beside them the plain ones that drive them.

`AsyncDesk` and `Desk` put them together. What a method does stands in the modules of `feedbackkit.desk`; here are its
name, its promise, and what it takes for granted of its arguments.
"""
