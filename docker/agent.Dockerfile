# The agent in a container, from a checkout of this repository and public images.
#
#   docker build -f docker/agent.Dockerfile -t downpour-agent .
#   docker run -p 127.0.0.1:8081:8081 -v "$PWD/logs:/var/log/loadtest-agent" \
#     -v downpour-agent:/var/lib/downpour-agent downpour-agent -collector http://collector:8082
#   docker exec CONTAINER cat /var/lib/downpour-agent/token
#
# Whoever reaches the port and has the token runs programs in the container. Publish the port on the
# loopback alone, as above; anywhere else it belongs behind something that speaks TLS.
FROM denoland/deno:debian-2.9.6

WORKDIR /opt/downpour
COPY deno.json deno.lock LICENSE mod.ts script.ts cli.ts ./
COPY agent ./agent
COPY cli ./cli
COPY distributed ./distributed
COPY file ./file
COPY http ./http
COPY importing ./importing
COPY internal ./internal
COPY metrics ./metrics
COPY nats ./nats
COPY net ./net
COPY outputs ./outputs
COPY page ./page
COPY report ./report
COPY results ./results
COPY runner ./runner
COPY targets ./targets
COPY testing ./testing
COPY wasm ./wasm
COPY wrpc ./wrpc

# Packages are fetched now, the bundler's program by a first use: the container needs no registry.
ENV DENO_DIR=/opt/deno
RUN deno install --frozen --entrypoint cli.ts mod.ts script.ts cli/shard.ts \
  && deno bundle --quiet --output /dev/null script.ts \
  && install -d -m 0711 /var/lib/downpour-agent \
  && install -d -m 0750 /var/log/loadtest-agent

VOLUME ["/var/lib/downpour-agent", "/var/log/loadtest-agent"]
EXPOSE 8081
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["deno", "eval", "const { ok } = await fetch('http://127.0.0.1:8081/healthz'); Deno.exit(ok ? 0 : 1)"]

# Root, so that binaries can run as a user who is not the agent's; they get none of its capabilities.
# hadolint ignore=DL3002
USER 0
# The image's tini reaps what jobs leave behind.
ENTRYPOINT ["/tini", "--", "deno", "run", "--quiet", "--no-prompt", "--v8-flags=--max-semi-space-size=2,--heap-growing-percent=30", "--unstable-lazy-dynamic-imports", "--allow-net", "--allow-read", "--allow-write", "--allow-run=deno,bash", "--allow-env=FORCE_COLOR,CI,DOWNPOUR_*", "--allow-sys=hostname", "cli.ts", "agent", "--listen", "0.0.0.0:8081", "--behind-proxy", "--uid", "10000"]
