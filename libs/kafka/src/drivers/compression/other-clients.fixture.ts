import type { CodecName } from './codecs.js';

/** 20 records, `librdkafka 0 ` and so on, each followed by 20 x, as librdkafka 2.16.0 (confluent-kafka 2.16.1 for Python) wrote them. */
const BY_LIBRDKAFKA: Readonly<Record<CodecName, string>> = {
  gzip: 'AAAAAAAAAAAAAADWAAAAAALmJv8+AAEAAAATAAABoiD0aG4AAAGiIPRobv//////////////////AAAAFB+LCAAAAAAAAAN10U0LAWEYheFnJEmTJEmS3iRr3x9bWU/+wkxSGisrP99ZOjX3WV+rcxcRkV3fr+rzqMtnXaZ1+jYsioiWuQ26trktuo65HbquuT26nrkDutzcEV3f3AndwNwZ3dDcpdndI0bZ7f9nCCI4dghFBCcOIYng1CE0EZw5hCiCc4dQRTA5hCyCC4fQRXDpEMIIrhxCmR8cLYAyKgMAAA==',
  snappy:
    'AAAAAAAAAAAAAAEaAAAAAAIcoTVjAAIAAAATAAABoiD0aucAAAGiIPRq5///////////////////AAAAFKoGTE4AAAABQmxpYnJka2Fma2EgMCB4SgEAEABOAAACMigAADFiKAAABDIoAAAyYigAAAYyKAAAM2IoAAAIMigAADRiKAAACjIoAAA1YigAAAwyKAAANmIoAAAOMigAADdiKAAAEDIoAAA4YigAABIyKAAAOVYoABRQAAAUAUQ9kAAxWpEBDFAAABY2KQBakgEMUAAAGDYpAFqTAQxQAAAaNikAWpQBDFAAABw2KQBalQEMUAAAHjYpAFqWAQxQAAAgNikAWpcBDFAAACI2KQBamAEMUAAAJDYpAFqZAQxQAAAmNikAWpoB',
  lz4: 'AAAAAAAAAAAAAAEkAAAAAAJk+NW0AAMAAAATAAABoiD0a/0AAAGiIPRr/v//////////////////AAAAFAQiTRhgQILkAAAA/wVOAAAAAUJsaWJyZGthZmthIDAgeAEAAFkATgAAAigAHzEoAAYZBCgAHzIoAAYZBigAHzMoAAYZCCgAHzQoAAYZCigAHzUoAAYZDCgAHzYoAAYZDigAHzcoAAYZECgAHzgoAAYZEigAHzkoAANnUAAAFAFEkAEfMZEBBEpQAAAWKQAPkgEESlAAABgpAA+TAQRKUAAAGikAD5QBBEpQAAIcKQAPlQEESlAAAh4pAA+WAQRKUAACICkAD5cBBEpQAAIiKQAPmAEESlAAAiQpAA+ZAQRKUAACJikADpoBUHh4eHgAAAAAAA==',
  zstd: 'AAAAAAAAAAAAAADAAAAAAAJcr14eAAQAAAATAAABoiD0bIIAAAGiIPRsgv//////////////////AAAAFCi1L/0AWDUEAGQETgAAAAFCbGlicmRrYWZrYSAwIHgATgAAAjEEMgYzCDQKNQw2DjcQOBI5UAAAFAFEMVAAABYxGDIaMxw0HjUgNiI3JDgmOScg4DWrAYrItzBZlpPZIuRbmCzLyWwR+SxMllkukzJR1huXcgezyHELO2S5gy1y3IUdstzBFjmuFrYeTwLu',
};

/** 20 records, `java 1` to `java 20`, in snappy, as the console producer of Apache Kafka 4.1.0 wrote them. */
const BY_JAVA =
  'AAAAAAAAABQAAAD+AAAAAAKL6MZ6AAIAAAATAAABoiD0fkQAAAGiIPR/UwAAAAAAAAAAAAAAAAAAAAAAFIJTTkFQUFkAAAAAAQAAAAEAAAC5ogJEGAAAAAEMamF2YSAxABoAkgQCDQ4YMgAaAJQEBA0OADMFDgAGDQ4YNAAaAJYECA0OADUFDgAKDQ4ANgUOAAwNDgA3BQ4ADg0OADgFDgAQDQ4gOQAcAJYEEgEOCX4AMAUPABQRDwAxBQ8AFhEPADIFDwAYEQ8AMwUPABoRDwA0BQ8AHBEPADUFDwAeEQ8ANgUPACARDxg3ABwAngQiEQ8AOAUPACQRDwA5BQ8oJgEOamF2YSAyMAA=';

export const CODEC_NAMES: readonly CodecName[] = ['gzip', 'snappy', 'lz4', 'zstd'];

export const batchOfLibrdkafka = (codec: CodecName): Buffer =>
  Buffer.from(BY_LIBRDKAFKA[codec], 'base64');

export const librdkafkaTexts: readonly string[] = Array.from(
  { length: 20 },
  (_, index) => `librdkafka ${index} ${'x'.repeat(20)}`,
);

/** In the framing of snappy-java. */
export const batchOfJava = (): Buffer => Buffer.from(BY_JAVA, 'base64');

export const javaTexts: readonly string[] = Array.from(
  { length: 20 },
  (_, index) => `java ${index + 1}`,
);
