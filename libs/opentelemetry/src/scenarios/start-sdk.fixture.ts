import { NodeSDK } from '@opentelemetry/sdk-node';

/** Preloaded, as a service would: everything as `OTEL_*` says. */
new NodeSDK().start();
