import { NodeSDK } from '@opentelemetry/sdk-node';

/** Starts the SDK with the settings in `OTEL_*`. Node preloads this file, as in a service. */
new NodeSDK().start();
