# Jaeger around a binary built from its Go module, laid out as the public image (paths, user, listen address).
FROM scratch
COPY jaeger /cmd/jaeger/jaeger-linux
ENV JAEGER_LISTEN_HOST=0.0.0.0
EXPOSE 4317 4318 16686
USER 10001
ENTRYPOINT ["/cmd/jaeger/jaeger-linux"]
