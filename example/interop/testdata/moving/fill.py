"""Makes a database of the project with people and refresh tokens in it, and prints as JSON what the test
has to know of them: ids and tokens by name."""

import json
import os
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import Group, Permission  # noqa: E402
from django.core.management import call_command  # noqa: E402
from rest_framework_simplejwt.tokens import RefreshToken  # noqa: E402

CROWD = 1000
PASSWORD = " old horse 9"  # behind a name
User = get_user_model()
people, tokens = {}, {}


class Expired(RefreshToken):
    lifetime = timedelta(days=-1)


class Soon(RefreshToken):
    lifetime = timedelta(hours=1)


def add(name, email, create=User.objects.create_user, **fields):
    """Adds somebody through Django's own manager, and then whatever an administrator may write."""
    known = {field.name for field in User._meta.get_fields()}
    username = {"username": name} if "username" in known else {}
    user = create(email=name + "@example.com", password=name + PASSWORD, **username)
    user.email = email
    for field, value in fields.items():
        if field in known:
            setattr(user, field, value)
    user.save()
    people[name] = user
    return user


def token(name, user, kind=RefreshToken, blacklisted=False):
    made = kind.for_user(people[user])
    if blacklisted:
        made.blacklist()
    tokens[name] = str(made)
    tokens[name + " access"] = str(made.access_token)


def fill():
    ann = add("ann", "Ann@Example.com", first_name="Zoë", last_name="Łukasiewicz 北京", phone="+49 30 1", location="Köln")
    for name in ("editor", "ёжики"):
        ann.groups.add(Group.objects.create(name=name))
    ann.user_permissions.add(*Permission.objects.all()[:2])
    add("root", "root@example.com", User.objects.create_superuser)
    add("idle", "idle@example.com", is_active=False)
    add("ldap", "ldap@example.com", password=make_password(None))
    add("sha1", "sha1@example.com", password=make_password("sha1" + PASSWORD, hasher="pbkdf2_sha1"))
    add("domain", "jo@MÜLLER.example")
    add("twin", "twin@example.com")
    User.objects.bulk_create(
        User(
            email="crowd%d@example.com" % n,
            password=ann.password,
            **({"username": "crowd%d" % n} if hasattr(User, "username") else {}),
        )
        for n in range(CROWD)
    )
    add("other twin", "tWIN@Example.com")
    add("nobody", "")
    add("odd", "no address")
    add("gone", "gone@example.com")

    for name in ("ann", "root", "idle", "ldap", "other twin", "nobody", "gone"):
        token(name, name)
    token("again", "ann")
    token("listed", "ann", blacklisted=True)
    token("soon", "ann", Soon, blacklisted=True)
    token("expired", "ann", Expired)
    token("expired and listed", "ann", Expired, blacklisted=True)


call_command("migrate", "auth", verbosity=0)  # its tables, to which those of the models without migrations refer
call_command("migrate", run_syncdb=True, verbosity=0)
fill()
ids = {name: user.pk for name, user in people.items()}
people["gone"].delete()
print(json.dumps({"ids": ids, "tokens": tokens, "table": User._meta.db_table}))
