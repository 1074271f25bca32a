import { z } from 'zod';
import { keyword, labels, maybe, named, object, text } from './fields.js';
import { metadataService } from './service.js';
import { user } from './user.js';

const identified = object({ id: maybe(keyword), name: maybe(keyword) });

const cloud = object({
  provider: keyword,
  region: maybe(keyword),
  availability_zone: maybe(keyword),
  account: maybe(identified),
  instance: maybe(identified),
  project: maybe(identified),
  machine: maybe(object({ type: maybe(keyword) })),
  service: maybe(named),
});

const system = object({
  architecture: maybe(keyword),
  platform: maybe(keyword),
  hostname: maybe(keyword),
  configured_hostname: maybe(keyword),
  detected_hostname: maybe(keyword),
  host_id: maybe(keyword),
  container: maybe(object({ id: maybe(keyword) })),
  kubernetes: maybe(
    object({
      namespace: maybe(keyword),
      node: maybe(named),
      pod: maybe(named.extend({ uid: maybe(keyword) })),
    }),
  ),
});

/** The schema of the metadata, which is the first line of every stream. Source: apm-data `docs/spec/v2/metadata.json`. */
export const metadata = object({
  service: metadataService,
  process: maybe(
    object({
      pid: z.int(),
      ppid: maybe(z.int()),
      title: maybe(keyword),
      argv: maybe(z.array(text)),
    }),
  ),
  system: maybe(system),
  cloud: maybe(cloud),
  labels: maybe(labels),
  network: maybe(object({ connection: maybe(object({ type: maybe(keyword) })) })),
  user: maybe(user),
});
