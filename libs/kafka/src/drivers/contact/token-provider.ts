import { sentenceOf, ThroughlineError, within } from '#base';

/**
 * Asks a provider for a token. A provider that throws, hangs or returns something else counts as an outage, because it may work
 * again.
 *
 * @param connectionTimeout how long a connection may take, in milliseconds. The provider has three quarters of this time. The error
 * then names the provider, and not the connection.
 * @throws ThroughlineError `TL_KAFKA_UNAVAILABLE`
 */
export async function askProvider<T>(
  provider: () => T | Promise<T>,
  connectionTimeout: number,
  isToken: (value: T) => boolean,
): Promise<T> {
  const timeout = connectionTimeout * 0.75;
  const late = (): ThroughlineError => noToken(`it did not respond within ${timeout} ms.`);
  let provided: T;
  try {
    provided = await within(timeout, Promise.resolve().then(provider), late);
  } catch (error) {
    throw error instanceof ThroughlineError ? error : noToken(sentenceOf(error), error);
  }
  if (!isToken(provided)) throw noToken('it returned something else.');
  return provided;
}

const noToken = (why: string, cause?: unknown): ThroughlineError =>
  new ThroughlineError(
    'TL_KAFKA_UNAVAILABLE',
    `The token provider did not return a token for Kafka: ${why}`,
    {
      cause,
    },
  );
