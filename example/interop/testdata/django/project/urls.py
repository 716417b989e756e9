"""The routes of an auth-service, those of a client-service below remote/, and those of the test."""

from django.urls import path
from rest_framework_simplejwt import views as simplejwt

from . import auth, client, lab


def forward(path, *members):
    return client.Forward.as_view(path=path, members=members)


urlpatterns = [
    path("auth/token/", simplejwt.token_obtain_pair),
    path("auth/token/refresh/", simplejwt.token_refresh),
    path("auth/token/verify/", simplejwt.token_verify),
    path("auth/token/blacklist/", simplejwt.token_blacklist),
    path("auth/user/", auth.Me.as_view()),
    path("auth/password-change/", auth.ChangePassword.as_view()),
    path("remote/token/", forward("/auth/token/", "email", "password")),
    path("remote/token/refresh/", forward("/auth/token/refresh/", "refresh")),
    path("remote/token/verify/", forward("/auth/token/verify/", "token")),
    path("remote/token/logout/", forward("/auth/token/blacklist/", "refresh")),
    path(
        "remote/password-change/",
        forward("/auth/password-change/", "email", "password", "new_password"),
    ),
    path("remote/guarded/", client.Guarded.as_view()),
    path("lab/health/", lab.Health.as_view()),
    path("lab/users/", lab.Users.as_view()),
    path("lab/stored/", lab.Stored.as_view()),
    path("lab/hash/", lab.Hash.as_view()),
    path("lab/check/", lab.Check.as_view()),
    path("lab/stateful/", lab.Stateful.as_view()),
    path("lab/stateless/", lab.Stateless.as_view()),
]
