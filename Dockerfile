# An image of goscan alone: one static binary, CA certificates and time zones, and no shell. It runs as nobody in particular
# (65532) and writes to /var/lib/goscan and /tmp only.
#
#   docker build -t goscan .
#   docker run --rm goscan demo
#   docker run --rm -v $PWD/goscan.yaml:/etc/goscan/goscan.yaml:ro -v goscan:/var/lib/goscan --env-file goscan.env goscan sync
#
# The version is that of the checkout: .git is a part of the build's context. GO=1.26.8 builds with exactly that Go.
ARG GO=1.26
FROM --platform=$BUILDPLATFORM golang:${GO}-bookworm AS build
WORKDIR /goscan
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS
ARG TARGETARCH
RUN GOOS=$TARGETOS GOARCH=$TARGETARCH .ci/image /image

FROM scratch
COPY --from=build /image/root/ /
COPY --from=build --chown=65532:65532 /image/own/ /
ENV PATH=/usr/bin HOME=/tmp GOSCAN_STATE=/var/lib/goscan ZONEINFO=/usr/share/zoneinfo.zip
USER 65532:65532
WORKDIR /var/lib/goscan
VOLUME /var/lib/goscan
ENTRYPOINT ["/usr/bin/goscan"]
LABEL org.opencontainers.image.title="goscan" \
      org.opencontainers.image.description="Copies cloud bills into ClickHouse and reports on them" \
      org.opencontainers.image.licenses="MIT"
