"""The libraries every storey shares, unbound until ``create_app`` binds them; no logic lives here."""

from typing import cast

from flask import current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_mail import Mail
from flask_migrate import Migrate
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import DeclarativeBase
from werkzeug.local import LocalProxy

from enquiry.sealing import Keyring


class Base(DeclarativeBase):
    """What every table descends from."""


# Objects stay readable after a commit: a view renders what a verb has just saved without asking again.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate()
csrf = CSRFProtect()
mail = Mail()
limiter = Limiter(key_func=get_remote_address)
security = Security()

# The keyring of the application that is serving, as its file holds it now: create_app puts the file there.
keyring = cast(Keyring, LocalProxy(lambda: current_app.extensions["keyring"].current))
