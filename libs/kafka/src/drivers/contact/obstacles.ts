import { ThroughlineError } from '#base';

import type { BrokerAddress, Finding } from './probe.js';

/**
 * Creates the error for what keeps a client from a broker. Returns `undefined` if the probe found nothing certain. Waiting may then
 * help.
 */
export function obstacleOf(
  { host, port }: BrokerAddress,
  finding: Finding,
  mechanism: string | undefined,
): ThroughlineError | undefined {
  const where = `Connecting to Kafka at ${host}:${port} failed`;
  switch (finding.kind) {
    case 'fits':
    case 'unknown':
      return undefined;
    case 'certificate':
      return tlsFailed(`${where}: ${certificateProblem(host, finding)}`);
    case 'handshake':
      return tlsFailed(
        `${where}: the broker ended the TLS handshake (${finding.code}). If it demands a client certificate, give one that it trusts: ssl: { key, cert } or ssl: { pfx, passphrase }. If not, compare the TLS versions and ciphers of both sides.`,
      );
    case 'plain text, not TLS':
      return tlsFailed(
        `${where}: this port speaks plain text, but the option ssl is set. Use the port of a listener with SSL or SASL_SSL, or remove ssl.`,
      );
    case 'TLS, not plain text':
      return tlsFailed(
        `${where}: this port speaks TLS, but the option ssl is not set. Set ssl: true, or ssl: { ca } for an authority of your own.`,
      );
    case 'login':
      return denied(
        mechanism === undefined
          ? `${where}: the broker demands a login. Set the option sasl with one of the broker's mechanisms: ${finding.mechanisms.join(', ')}.`
          : `${where}: the broker does not offer the SASL mechanism ${mechanism}. Use one of the broker's mechanisms: ${finding.mechanisms.join(', ')}.`,
      );
    case 'no login':
      return denied(
        `${where}: this port takes no login, but the option sasl is set. Use the port of a listener with SASL_SSL or SASL_PLAINTEXT, or remove sasl.`,
      );
  }
}

function certificateProblem(
  host: string,
  { code, detail }: { readonly code: string; readonly detail: string },
): string {
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the broker's certificate is not for the name ${host} (${code}). Use one of the certificate's names in the option brokers and in the broker's advertised.listeners, or add ${host} to the certificate.`;
    case 'CERT_HAS_EXPIRED':
      return `the broker's certificate has expired (${code}). Renew it on the broker. If it is valid, correct this machine's clock.`;
    case 'CERT_NOT_YET_VALID':
      return `the broker's certificate is not valid yet (${code}). Correct this machine's clock, or replace the certificate.`;
    default:
      return `this process does not trust the broker's certificate: ${detail} (${code}). Give the certificate of its authority with ssl: { ca }, or with the variable NODE_EXTRA_CA_CERTS.`;
  }
}

const tlsFailed = (message: string): ThroughlineError =>
  new ThroughlineError('TL_KAFKA_TLS_FAILED', message, { errorClass: 'blocked' });

const denied = (message: string): ThroughlineError =>
  new ThroughlineError('TL_KAFKA_DENIED', message, { errorClass: 'blocked' });
