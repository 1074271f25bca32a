/** This file is preloaded into the order service, so that the service ends with the demo, even after kill -9. */
process.once('disconnect', () => process.exit(1));
process.channel?.unref();
