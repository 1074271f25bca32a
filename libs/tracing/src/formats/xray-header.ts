import { formatTraceparent, parseTraceparent, type Traceparent } from './traceparent.js';

const ROOT = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/;

const SAMPLED = 1;

/** The parts of a header, `Root=…;Parent=…;Sampled=…`, in any order; the last of a name counts. */
const partsOf = (header: string): ReadonlyMap<string, string> =>
  new Map(
    header.split(';').map((part) => {
      const split = part.indexOf('=');
      return [part.slice(0, split).trim(), part.slice(split + 1).trim()];
    }),
  );

/**
 * Reads the trace header of AWS X-Ray, which SQS carries as the system attribute `AWSTraceHeader`, as a W3C `traceparent`: its
 * root is the trace id with dashes in it. Without a parent there is nothing to hang from; "sampled" counts only where it says 1.
 * What cannot be read gives `undefined`, never an exception.
 *
 * Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 *
 * @example
 * readXrayHeader('Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1')
 */
export function readXrayHeader(header: string): string | undefined {
  const parts = partsOf(header.toLowerCase());
  const [, time = '', unique = ''] = ROOT.exec(parts.get('root') ?? '') ?? [];
  const flags = parts.get('sampled') === '1' ? '01' : '00';
  const parsed = parseTraceparent(`00-${time}${unique}-${parts.get('parent') ?? ''}-${flags}`);
  return parsed === undefined ? undefined : formatTraceparent(parsed);
}

/** Writes a trace context as X-Ray's header. Its first eight digits stand for a time there; X-Ray takes any. */
export function formatXrayHeader({ traceId, parentId, flags }: Traceparent): string {
  const root = `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
  return `Root=${root};Parent=${parentId};Sampled=${flags & SAMPLED}`;
}
