"""Whether this process was asked to end: who waits in it for something that may come waits no more."""

import threading

# Looked at, never waited for: a signal handler that sets it can then not meet its own lock.
asked = threading.Event()
