"""`make fuzz` at the server: made-up requests by the hundred thousand, over sockets of our own.

`doors` says which requests are right, `calls` makes them wrong, `visitor` sends them and looks at
the answers, `attacks` are those that are no requests at all, `invariants` looks at what is in the
database afterwards, and `run` counts, watches the server's memory, and reports.
"""
