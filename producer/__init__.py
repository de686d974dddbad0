"""The producer makes the work: a menu, orders, papers, arrivals, and the messages that carry them.

It imports no task code and none of the other packages: tasks are sent by name.
"""
