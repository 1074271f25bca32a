import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

import { apiVersionsRequest, isAnswerTo, readHandshake, saslHandshakeRequest } from './requests.js';

/** What a broker shows to a new connection. */
export type Finding =
  /** The broker answers as these settings expect. */
  | { readonly kind: 'fits' }
  /** The broker cannot be reached, or does not show what is wrong. */
  | { readonly kind: 'unknown' }
  /** This process does not accept the broker's certificate. */
  | { readonly kind: 'certificate'; readonly code: string; readonly detail: string }
  /** The broker ends the TLS handshake. */
  | { readonly kind: 'handshake'; readonly code: string }
  | { readonly kind: 'plain text, not TLS' | 'TLS, not plain text' | 'no login' }
  /** The broker demands a login with one of these mechanisms. */
  | { readonly kind: 'login'; readonly mechanisms: readonly string[] };

export interface ProbeSettings {
  readonly ssl: boolean | ConnectionOptions | undefined;
  /** The SASL mechanism. `undefined` without a login. */
  readonly mechanism: string | undefined;
  /** How long one connection may take, in milliseconds. */
  readonly timeout: number;
}

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** What the probe received on one connection until it ended. */
interface Heard {
  readonly isConnected: boolean;
  /** The answers in Kafka's protocol, without their length fields. */
  readonly answers: readonly Buffer[];
  /** The first bytes received, which may not be Kafka's protocol. */
  readonly bytes: Buffer;
  readonly error: (Error & { readonly code?: unknown }) | undefined;
}

/**
 * Finds out why a broker that can be reached does not serve this client. Clients report most of these problems as a lost
 * connection. The probe asks for the versions and the mechanisms, which needs no login.
 */
export async function probe(address: BrokerAddress, options: ProbeSettings): Promise<Finding> {
  const { ssl, mechanism, timeout } = options;
  if (ssl === undefined || ssl === false) return probePlain(address, options);
  const heard = await listen(dialTls(address, ssl === true ? {} : ssl), 'secureConnect', options);
  if (heard.answers.length > 0) return findLogin(heard, mechanism);
  const code = codeOf(heard.error);
  if (heard.error === undefined || isUnreachable(heard.error)) return { kind: 'unknown' };
  if (isAboutCertificate(code)) return { kind: 'certificate', code, detail: heard.error.message };
  if (!heard.isConnected) {
    const plain = await listen(connectPlain(address), 'connect', { mechanism, timeout });
    if (plain.answers.length > 0) return { kind: 'plain text, not TLS' };
  }
  return code.startsWith('ERR_SSL_') ? { kind: 'handshake', code } : { kind: 'unknown' };
}

async function probePlain(address: BrokerAddress, options: ProbeSettings): Promise<Finding> {
  const heard = await listen(connectPlain(address), 'connect', options);
  if (heard.answers.length > 0) return findLogin(heard, options.mechanism);
  if (!heard.isConnected) return { kind: 'unknown' };
  if (isTlsRecord(heard.bytes)) return { kind: 'TLS, not plain text' };
  const unverified = dialTls(address, { rejectUnauthorized: false });
  const overTls = await listen(unverified, 'secureConnect', options);
  return { kind: overTls.isConnected ? 'TLS, not plain text' : 'unknown' };
}

function findLogin({ answers }: Heard, mechanism: string | undefined): Finding {
  const handshake = readHandshake(answers[1]);
  if (handshake === undefined) return { kind: 'fits' };
  const isDemanded = handshake.error !== ILLEGAL_SASL_STATE;
  if (mechanism === undefined) {
    return isDemanded ? { kind: 'login', mechanisms: handshake.mechanisms } : { kind: 'fits' };
  }
  if (!isDemanded) return { kind: 'no login' };
  return handshake.error === UNSUPPORTED_SASL_MECHANISM
    ? { kind: 'login', mechanisms: handshake.mechanisms }
    : { kind: 'fits' };
}

/** Sends the two requests one after the other, and listens until both are answered, or until the connection ends. */
function listen(
  socket: Socket,
  connected: 'connect' | 'secureConnect',
  { mechanism, timeout }: Pick<ProbeSettings, 'mechanism' | 'timeout'>,
): Promise<Heard> {
  return new Promise((resolve) => {
    const answers: Buffer[] = [];
    let isConnected = false;
    let bytes: Buffer = Buffer.alloc(0);
    let rest: Buffer = bytes;
    let failure: Error | undefined;
    const late = setTimeout(() => socket.destroy(), timeout);
    socket.once(connected, () => {
      isConnected = true;
      socket.write(apiVersionsRequest);
    });
    socket.on('data', (chunk: Buffer) => {
      bytes = bytes.length === 0 ? chunk : bytes;
      rest = Buffer.concat([rest, chunk]);
      const answer = firstAnswer(rest);
      if (answer === undefined) {
        if (rest.length >= longestAnswer) socket.destroy();
        return;
      }
      if (!isAnswerTo(answer, answers.length)) {
        socket.destroy();
        return;
      }
      rest = rest.subarray(4 + answer.length);
      answers.push(answer);
      if (answers.length === 1) socket.write(saslHandshakeRequest(mechanism ?? NO_MECHANISM));
      else socket.destroy();
    });
    socket.once('error', (error) => {
      failure = error;
    });
    socket.once('close', () => {
      clearTimeout(late);
      resolve({ isConnected, answers, bytes, error: failure });
    });
  });
}

function dialTls({ host, port }: BrokerAddress, options: ConnectionOptions): Socket {
  return connectTls({ ...(isIP(host) === 0 && { servername: host }), ...options, host, port });
}

/** The maximum size of an answer, in bytes. Kafka's answer to the first request is smaller. */
const longestAnswer = 65_536;
/** A mechanism that no broker offers. The broker's answer lists the mechanisms that it does offer. */
const NO_MECHANISM = 'NONE';

const UNSUPPORTED_SASL_MECHANISM = 33;
const ILLEGAL_SASL_STATE = 34;

function firstAnswer(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 4) return undefined;
  const end = 4 + bytes.readUInt32BE(0);
  return bytes.length < end ? undefined : bytes.subarray(4, end);
}

const codeOf = (error: Heard['error']): string =>
  typeof error?.code === 'string' ? error.code : '';

/** Whether the error, or one of its causes, says that the broker is down or cannot be found. */
export function isUnreachable(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && UNREACHABLE.has(at.code)) return true;
  }
  return false;
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Whether the error is about the certificate. Node uses OpenSSL's names of verification errors, without the prefix X509_V_ERR_. */
const isAboutCertificate = (code: string): boolean =>
  code === 'ERR_TLS_CERT_ALTNAME_INVALID' ||
  (!code.startsWith('ERR_SSL_') && /CERT|ISSUER|SIGNATURE|CHAIN|\bCA\b|CRL/.test(code));

/** Whether the bytes are a TLS record: an alert, the start of a handshake, or data. */
const isTlsRecord = (bytes: Buffer): boolean =>
  bytes.length >= 3 && [0x14, 0x15, 0x16, 0x17].includes(bytes[0] ?? 0) && bytes[1] === 3;
