/** Preloaded into the service: however the demo ends, kill -9 included, it leaves no service behind. */
process.once('disconnect', () => process.exit(1));
process.channel?.unref();
