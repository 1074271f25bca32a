import { formatTraceparent, parseTraceparent, type Traceparent } from './traceparent.js';

const ROOT = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/;

const SAMPLED = 1;

/**
 * Returns the parts of an X-Ray header, such as `Root=…;Parent=…;Sampled=…`. They may be in any order. If a name occurs several
 * times, the last value counts.
 */
const partsOf = (header: string): ReadonlyMap<string, string> =>
  new Map(
    header.split(';').map((part) => {
      const split = part.indexOf('=');
      return [part.slice(0, split).trim(), part.slice(split + 1).trim()];
    }),
  );

/**
 * Converts the trace header of AWS X-Ray to a W3C `traceparent`. SQS carries this header in the system attribute
 * `AWSTraceHeader`. The root in the header is the trace id with dashes. A header without a parent is ignored, and only the value
 * 1 means "sampled". Returns `undefined` for a header that cannot be read. Never throws.
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

/**
 * Formats a trace context as an X-Ray header. X-Ray's own trace ids begin with a time in eight hex digits, but X-Ray accepts any
 * digits there.
 */
export function formatXrayHeader({ traceId, parentId, flags }: Traceparent): string {
  const root = `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
  return `Root=${root};Parent=${parentId};Sampled=${flags & SAMPLED}`;
}
