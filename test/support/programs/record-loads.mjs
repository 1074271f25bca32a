/** Preloaded with `--import`: prints, when the process ends, the URLs of all modules that it has loaded. */
import { registerHooks } from 'node:module';

const urls = [];

registerHooks({
  load(url, context, next) {
    urls.push(url);
    return next(url, context);
  },
});

process.on('exit', () => process.stdout.write(JSON.stringify(urls)));
