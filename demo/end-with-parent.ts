/** Ends the order service when the demo ends, even after `kill -9`. Node preloads this file into the service. */
process.once('disconnect', () => process.exit(1));
process.channel?.unref();
