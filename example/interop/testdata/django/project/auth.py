"""What an auth-service has besides simplejwt's own views."""

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.serializers import TokenObtainPairSerializer

from .models import User


class Profile(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = [
            "id",
            "first_name",
            "email",
            "last_name",
            "date_joined",
            "last_login",
            "is_active",
            "is_staff",
            "is_superuser",
        ]
        read_only_fields = ["id", "date_joined", "last_login", "is_staff", "is_superuser"]


class Me(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response(Profile(request.user).data)


class NewPassword(serializers.Serializer):
    email = serializers.CharField()
    password = serializers.CharField()
    new_password = serializers.CharField()

    def validate(self, attrs):
        user = authenticate(email=attrs["email"], password=attrs["password"])
        if user is None:
            raise serializers.ValidationError("Invalid credentials.")
        try:
            validate_password(attrs["new_password"], user)
        except ValidationError as refusal:
            raise serializers.ValidationError({"new_password": refusal.messages})
        return {"user": user, "password": attrs["new_password"]}


class ChangePassword(APIView):
    authentication_classes = []

    def post(self, request):
        change = NewPassword(data=request.data)
        change.is_valid(raise_exception=True)
        user = change.validated_data["user"]
        user.set_password(change.validated_data["password"])
        user.save()
        return Response({})


class TextID(TokenObtainPairSerializer):
    """Writes the user's id as text, as simplejwt does from 5.5.1 on."""

    @classmethod
    def get_token(cls, user):
        token = super().get_token(user)
        token["user_id"] = str(token["user_id"])
        return token
