"""``python -m feedbackkit``.

An interrupt before or after the command ends the process at once: libraries that are being loaded or let go of are not
made for it, and may swallow it, print a traceback or crash.
"""

import sys

if __name__ == "__main__":
    try:
        import os
        import signal

        def leave(*_signal: object) -> None:
            """End the process here."""
            os._exit(130)

        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, leave)
        from feedbackkit.cli.app import main

        sys.exit(main(leave=leave))
    except KeyboardInterrupt:
        sys.exit(130)
