"""A project that is left: its database is in DATABASE, the name of a file or a URL of PostgreSQL, and its
model of users in USER_MODEL. With LOCAL_TIME, a time zone, it keeps no times with zones."""

import os
from urllib.parse import parse_qs, urlsplit

SECRET_KEY = "a secret of Django that has fifty characters or so"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = "LOCAL_TIME" not in os.environ
TIME_ZONE = os.environ.get("LOCAL_TIME", "UTC")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "easyjwt_user",
    "people",
]
AUTH_USER_MODEL = os.environ["USER_MODEL"]


def database(name):
    if not name.startswith("postgres"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name}
    url = urlsplit(name)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": url.hostname,
        "PORT": url.port or 5432,
        "NAME": url.path[1:],
        "USER": url.username,
        "PASSWORD": url.password or "",
        "OPTIONS": {key: values[0] for key, values in parse_qs(url.query).items()},
    }


DATABASES = {"default": database(os.environ["DATABASE"])}
