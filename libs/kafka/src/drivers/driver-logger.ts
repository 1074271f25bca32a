import { OwnLog } from '#base';

export const driverLogger = new OwnLog('Kafka');
