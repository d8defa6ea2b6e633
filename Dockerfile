FROM node:26.10.0-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:26.10.0-trixie-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
# This image has a Node.js of its own: the carried one, which is optional, stays out.
RUN npm ci --omit=dev --omit=optional && npm cache clean --force
COPY bin bin
COPY schema schema
COPY kibana kibana
COPY pipelines pipelines
COPY --from=build /app/dist dist
# A volume mounted here begins with this owner.
RUN install -d -o node -g node /var/lib/sluice
USER node
ENTRYPOINT ["node", "/app/bin/sluice.cjs"]
CMD ["run"]
