# Two ways to the same image:
#   docker build .                    builds the binary in the Go image
#   docker build --target prebuilt .  copies build/image/agent and build/image/ca-certificates.crt (scripts/build-images.sh
#                                     makes both): needs no registry
# Stages stand in the order in which the classic builder needs them: it builds all stages up to the target.
ARG GO_IMAGE=golang:1.26-bookworm

FROM scratch AS runtime
USER 65532:65532
# OTLP gRPC, OTLP HTTP, the agent's own metrics and health, the service's metrics.
EXPOSE 4317 4318 8888 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/agent", "health"]
ENTRYPOINT ["/agent"]
CMD ["run"]

FROM runtime AS prebuilt
COPY build/image/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY build/image/agent /agent

FROM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /agent ./cmd/agent

FROM runtime
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /agent /agent
