"""Hashes whose work the tests can afford."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Cheap(PBKDF2PasswordHasher):
    iterations = 1
