import { Logger } from '@nestjs/common';

export const driverLogger = new Logger('Kafka');
