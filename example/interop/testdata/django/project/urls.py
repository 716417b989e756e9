"""The routes of EasyJWT's auth-service, and those of the test."""

from django.urls import path
from rest_framework_simplejwt import views as simplejwt

from . import auth, lab

urlpatterns = [
    path("auth/token/", simplejwt.token_obtain_pair),
    path("auth/token/refresh/", simplejwt.token_refresh),
    path("auth/token/verify/", simplejwt.token_verify),
    path("auth/token/blacklist/", simplejwt.token_blacklist),
    path("auth/user/", auth.Me.as_view()),
    path("auth/password-change/", auth.ChangePassword.as_view()),
    path("lab/health/", lab.Health.as_view()),
    path("lab/users/", lab.Users.as_view()),
    path("lab/stored/", lab.Stored.as_view()),
    path("lab/hash/", lab.Hash.as_view()),
    path("lab/check/", lab.Check.as_view()),
    path("lab/stateful/", lab.Stateful.as_view()),
    path("lab/stateless/", lab.Stateless.as_view()),
]
