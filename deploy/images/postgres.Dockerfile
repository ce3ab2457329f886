# Debian's PostgreSQL over the Python base image, to be used as the public image (variables, folder of the data, port).
ARG PYTHON_IMAGE
FROM ${PYTHON_IMAGE}
COPY root/ /
COPY postgres-start.sh /usr/local/bin/postgres-start.sh
RUN echo 'postgres:x:999:999::/var/lib/postgresql:/bin/sh' >> /etc/passwd && echo 'postgres:x:999:' >> /etc/group \
    && mkdir -p /var/lib/postgresql/data /var/run/postgresql && chown -R 999:999 /var/lib/postgresql /var/run/postgresql
ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data
USER 999:999
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["postgres-start.sh"]
