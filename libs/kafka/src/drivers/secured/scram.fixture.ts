import { alterUserScramCredentialsV0, Connection } from '@platformatic/kafka';
import { pbkdf2Sync, randomBytes } from 'node:crypto';

import { addressOf } from '../connection-rules.js';

const SCRAM_SHA_256 = 1;
const iterations = 4_096;

/** Changes the SCRAM-SHA-256 password of a user. Existing sessions continue until their login is renewed. */
export async function changePassword(
  broker: string,
  username: string,
  password: string,
): Promise<void> {
  const { host, port } = addressOf(broker) ?? { host: '', port: 0 };
  const salt = randomBytes(16);
  const saltedPassword = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const connection = new Connection('administrator');
  await connection.connect(host, port);
  const upsertion = { name: username, mechanism: SCRAM_SHA_256, iterations, salt, saltedPassword };
  await alterUserScramCredentialsV0.api.async(connection, [], [upsertion]);
  await connection.close();
}
