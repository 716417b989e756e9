"""Users of a model of the project's own, with little of what Django's have."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from easyjwt_user.models import Users


class Account(AbstractBaseUser, PermissionsMixin):
    USERNAME_FIELD = "email"

    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects = Users()

    class Meta:
        swappable = "AUTH_USER_MODEL"
