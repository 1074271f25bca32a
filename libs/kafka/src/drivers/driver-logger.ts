import { OwnLog } from 'throughline';

export const driverLogger = new OwnLog('Kafka');
