/** The domains under which AWS serves SQS, one or two for each partition. */
const DOMAINS = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'api.aws',
  'api.amazonwebservices.com.cn',
  'api.amazonwebservices.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'csp.hci.ic.gov',
  'cloud.adc-e.uk',
].map((domain) => domain.replaceAll('.', '\\.'));

/**
 * Matches `sqs.<region>.amazonaws.com`, also with FIPS, dual stack and VPC endpoints (AWS General Reference, "Amazon SQS
 * endpoints").
 */
const ENDPOINT = new RegExp(
  `^(?:vpce-[\\w-]+\\.)?sqs(?:-fips)?\\.([a-z0-9-]+)\\.(?:vpce\\.)?(?:${DOMAINS.join('|')})$`,
);
/** Matches `<region>.queue.amazonaws.com`, which occurs in URLs of old queues. */
const LEGACY = /^(?:([a-z0-9-]+)\.)?queue\.amazonaws\.com(?:\.cn)?$/;
/** The region of the legacy host name that does not contain its region. */
const LEGACY_REGION = 'us-east-1';
/** Matches the hosts that the SDK itself uses unless it is configured otherwise. */
const STANDARD = /^sqs\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/** Returns the region of an AWS host, or `undefined` for any other host. */
export function regionOfHost(host: string): string | undefined {
  const legacy = LEGACY.exec(host);
  return legacy === null ? ENDPOINT.exec(host)?.[1] : (legacy[1] ?? LEGACY_REGION);
}

/** Whether the SDK finds the queues of this host if it knows only the region. */
export const isStandardHost = (host: string): boolean => STANDARD.test(host) || LEGACY.test(host);

/** Returns the host that serves a region. */
export const standardHost = (region: string): string =>
  `sqs.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
