/** Preloaded into every process that a test starts: however the test run ends, it leaves no process behind. */
process.once('disconnect', () => process.exit(1));
process.channel?.unref();
