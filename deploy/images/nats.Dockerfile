# nats-server around a binary built from its Go module, laid out as the public image (path, store, ports).
FROM scratch
COPY nats-server /nats-server
COPY --chown=65532:65532 data /data
USER 65532:65532
EXPOSE 4222 8222
ENTRYPOINT ["/nats-server"]
