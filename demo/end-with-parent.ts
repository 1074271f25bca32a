/** Preloaded into the service, so that it ends with the demo, even after kill -9. */
process.once('disconnect', () => process.exit(1));
process.channel?.unref();
