"""What a web server or the ``flask`` command starts: ``flask --app wsgi …`` or ``gunicorn wsgi:app``."""

from config import Config
from enquiry import create_app

app = create_app(Config.from_environment())
