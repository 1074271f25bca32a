const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/**
 * A token that Kafka's validator of unsecured tokens accepts until it expires.
 *
 * @param seconds how long it is valid from now on. A negative number: it has expired.
 */
export function unsecuredToken(seconds = 3_600): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { sub: 'app', iat: now - 3_600, exp: now + seconds, jti: 'secret-of-the-token' };
  return `${encoded({ alg: 'none' })}.${encoded(claims)}.`;
}

/** What every token above contains, as it stands in it. */
export const tokenSecret = Buffer.from('"jti":"secret-of-the-token"').toString('base64url');
