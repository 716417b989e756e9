"""What the test does in Django's process: it reads and writes users, and hashes passwords."""

from django.contrib.auth.hashers import check_password, make_password
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication, JWTTokenUserAuthentication

from .models import User


class Lab(APIView):
    authentication_classes = []


class Health(Lab):
    def get(self, request):
        return Response({})


class Users(Lab):
    """Makes or changes the user of an e-mail address. Its "password" is hashed; "encoded" is stored
    as it is."""

    def post(self, request):
        data = dict(request.data)
        raw, encoded = data.pop("password", None), data.pop("encoded", None)
        user = User.objects.filter(email=data["email"]).first() or User()
        for name, value in data.items():
            setattr(user, name, value)
        if raw is not None:
            user.set_password(raw)
        if encoded is not None:
            user.password = encoded
        user.save()
        return Response({"id": user.pk, "encoded": user.password})


class Stored(Lab):
    """Answers what is stored of a user."""

    def post(self, request):
        user = User.objects.get(email=request.data["email"])
        return Response({"id": user.pk, "encoded": user.password})


class Hash(Lab):
    def post(self, request):
        hasher = request.data.get("hasher", "default")
        return Response({"encoded": make_password(request.data["password"], hasher=hasher)})


class Check(Lab):
    def post(self, request):
        return Response({"ok": check_password(request.data["password"], request.data["encoded"])})


class Guarded(APIView):
    """Answers whom the token is of."""

    permission_classes = [IsAuthenticated]

    def get(self, request):
        user = request.user
        return Response({"id": user.pk, "email": user.email, "is_staff": user.is_staff})


class Stateful(Guarded):
    authentication_classes = [JWTAuthentication]


class Stateless(Guarded):
    authentication_classes = [JWTTokenUserAuthentication]
