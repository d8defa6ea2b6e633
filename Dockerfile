FROM node:26.10.0-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm pack && tar -xzf sluice-*.tgz

FROM node:26.10.0-trixie-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
# This image has a Node.js of its own: the carried one, which is optional, stays out.
RUN npm ci --omit=dev --omit=optional && npm cache clean --force
COPY --from=build /build/package ./
COPY --from=build /build/deploy/provision.ts ./deploy/
# Volumes mounted here begin with this owner, who is 1000 in the images of Elasticsearch and Kibana, too.
RUN install -d -o node -g node /var/lib/sluice && \
    install -d -o node -g node -m 700 /secrets/elasticsearch /secrets/grafana /secrets/kibana /secrets/sluice
USER node
ENTRYPOINT ["node", "/app/bin/sluice.cjs"]
CMD ["run"]
