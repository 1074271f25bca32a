import type { MiddlewareFunction } from 'throughline';

/** Reports how long each message takes, whether its handler returns or throws. */
export const timing =
  (report: (channel: string, milliseconds: number) => void): MiddlewareFunction =>
  async (delivery, next) => {
    const start = performance.now();
    try {
      return await next();
    } finally {
      report(delivery.channel, performance.now() - start);
    }
  };
