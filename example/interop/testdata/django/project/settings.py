"""What the test asks for in its environment: the database in DATABASE, simplejwt's settings as JSON
in SIMPLE_JWT, with lifetimes in seconds, and Django's own hashes with FULL_HASHES."""

import json
import os
from datetime import timedelta

DEBUG = False
SECRET_KEY = "only for the tests of this project"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "project.urls"
USE_TZ = True
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "project",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["DATABASE"],
        "OPTIONS": {"timeout": 20},
    }
}

AUTH_USER_MODEL = "project.User"
if "FULL_HASHES" not in os.environ:
    PASSWORD_HASHERS = ["project.hashers.Cheap"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation." + name}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
    "UNAUTHENTICATED_USER": None,
}
SIMPLE_JWT = {
    name: timedelta(seconds=value) if name.endswith("_LIFETIME") else value
    for name, value in json.loads(os.environ.get("SIMPLE_JWT", "{}")).items()
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
