# The auth-service as an image: docker build -t authservice .
# SQLite is compiled in, so the build needs a C compiler, and the image a C library.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=1 go build -trimpath -ldflags="-s -w" -o /out/authservice ./example/authservice \
    && mkdir /out/data

FROM gcr.io/distroless/base-debian12:nonroot
COPY --from=build /out/authservice /usr/local/bin/authservice
# For STORE=sqlite:auth.db: mount a volume here, owned by the user 65532.
COPY --from=build --chown=nonroot:nonroot /out/data /data
WORKDIR /data
USER nonroot
ENV ADDR=0.0.0.0:8000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["authservice", "healthcheck", "--live"]
ENTRYPOINT ["authservice"]
