"""What a web server or the ``flask`` command starts: ``flask --app wsgi …`` or ``gunicorn wsgi:app``.

Why a status of 3 when it refuses to start: gunicorn then stops, and does not try again for ever.
"""

import sys

from config import BadSettings, Config
from enquiry import create_app
from enquiry.sealing import SealingError

try:
    app = create_app(Config.from_environment())
except (BadSettings, SealingError) as refusal:
    sys.stderr.write(f"{refusal}\n")
    raise SystemExit(3) from None
