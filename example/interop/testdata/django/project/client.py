"""A client-service: it asks the auth-service in REMOTE_AUTH_SERVICE_URL in the way of
django-easyjwt, whose strictness about answers it has."""

import json
import os
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from .auth import Profile
from .models import User

TIMEOUT = 10


def call(path, data=None, **headers):
    """Returns the status, the content type and the body of an answer, whatever its status."""
    url = os.environ["REMOTE_AUTH_SERVICE_URL"] + path
    request = Request(url, data, {"Content-Type": "application/json", **headers})
    try:
        answer = urlopen(request, timeout=TIMEOUT)
    except HTTPError as refusal:
        answer = refusal
    with answer:
        return answer.status, answer.headers.get("Content-Type"), answer.read()


def ask(path, body):
    """Posts a body and returns the status and the JSON of the answer."""
    status, kind, text = call(path, json.dumps(body).encode(), Accept="*/*")
    if kind != "application/json":
        raise AuthenticationFailed("incorrect content-type: %s" % kind)
    return status, json.loads(text)


def mirrored(token):
    """Returns the local user of an access token, made or changed by what the auth-service says."""
    status, _, text = call(
        "/auth/user/", **{"Authorization": "Bearer " + token, "Accept-Encoding": "identity"}
    )
    if status != 200:
        raise AuthenticationFailed("Authentication service returned an error.")
    payload = json.loads(text)
    local = User.objects.filter(email=payload["email"]).first()
    profile = Profile(local, data=payload)
    profile.is_valid(raise_exception=True)
    return profile.save()


class RemoteAuthentication(BaseAuthentication):
    def authenticate(self, request):
        scheme, _, token = get_authorization_header(request).decode().partition(" ")
        if scheme != "Bearer":
            return None
        status, body = ask("/auth/token/verify/", {"token": token})
        if status != 200:
            raise AuthenticationFailed(body["detail"])
        return mirrored(token), None

    def authenticate_header(self, request):
        return "Bearer"


class Forward(APIView):
    """Passes the members of a body on to the path of the auth-service."""

    authentication_classes = [RemoteAuthentication]
    path, members = None, ()

    def post(self, request):
        status, body = ask(self.path, {name: request.data[name] for name in self.members})
        if status not in (200, 201):
            raise AuthenticationFailed(body)
        if self.path == "/auth/token/":
            mirrored(body["access"])
        return Response(body)


class Guarded(APIView):
    authentication_classes = [RemoteAuthentication]
    permission_classes = [IsAuthenticated]

    def get(self, request):
        user = request.user
        return Response({name: getattr(user, name) for name in ("email", "first_name", "is_active", "is_staff")})
