# Prometheus around binaries built from its Go module, laid out as the public image (paths, user, command).
FROM scratch
COPY prometheus promtool /bin/
COPY --chown=65534:65534 data /prometheus
WORKDIR /prometheus
USER 65534:65534
EXPOSE 9090
ENTRYPOINT ["/bin/prometheus"]
CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]
