# The functions as a container, for Vertex AI and wherever else containers run: docs/protocols.md.
# Build it after `npm run package`, from the project's folder: it is made of the same files as the functions' archive.
FROM node:24.21.0-slim AS packages
ENV ONNXRUNTIME_NODE_INSTALL=skip
WORKDIR /app
COPY build/scorestream/package.json build/scorestream/package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-slim
ENV NODE_ENV=production \
    FUNCTION_TARGET=predict \
    NODE_OPTIONS=--max-semi-space-size=8 \
    MALLOC_MMAP_THRESHOLD_=1048576
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY build/scorestream ./
USER 1000:1000
EXPOSE 8080
# the shell picks the port, then becomes the server: signals reach it
CMD ["sh", "-c", "PORT=${PORT:-${AIP_HTTP_PORT:-8080}} exec node node_modules/@google-cloud/functions-framework/build/src/main.js"]
