import type { AclEntry } from 'kafkajs';
import { withAdmin } from '../drivers/kafkajs/admin/admin.js';
import { loadKafkaJs } from '../drivers/kafkajs/internals/load.js';
import {
  readOptions,
  type KafkaJsOptions,
  type KafkaJsSettings,
} from '../drivers/kafkajs/options.js';

type Right = 'READ' | 'WRITE' | 'DESCRIBE';

/** Controls the rights of one user of a Kafka with an authorizer. */
export class Acls {
  readonly #settings: KafkaJsSettings;
  readonly #principal: string;

  /** @param admin how the administrator logs in */
  constructor(admin: KafkaJsOptions, user: string) {
    this.#settings = readOptions(admin);
    this.#principal = `User:${user}`;
  }

  async allowAll(): Promise<void> {
    const { AclResourceTypes, AclOperationTypes, AclPermissionTypes } = loadKafkaJs();
    await this.#create(
      [AclResourceTypes.TOPIC, AclResourceTypes.GROUP].map((resourceType) => ({
        resourceType,
        resourceName: '*',
        operation: AclOperationTypes.ALL,
        permissionType: AclPermissionTypes.ALLOW,
      })),
    );
  }

  /** Denies a right. A denial takes precedence over what is allowed. */
  async take(right: Right, topic: string): Promise<void> {
    const { AclResourceTypes, AclOperationTypes, AclPermissionTypes } = loadKafkaJs();
    await this.#create([
      {
        resourceType: AclResourceTypes.TOPIC,
        resourceName: topic,
        operation: AclOperationTypes[right],
        permissionType: AclPermissionTypes.DENY,
      },
    ]);
  }

  async giveBack(right: Right, topic: string): Promise<void> {
    const kafkaJs = loadKafkaJs();
    const filter = {
      resourceType: kafkaJs.AclResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: kafkaJs.ResourcePatternTypes.LITERAL,
      principal: this.#principal,
      host: '*',
      operation: kafkaJs.AclOperationTypes[right],
      permissionType: kafkaJs.AclPermissionTypes.DENY,
    };
    await withAdmin(this.#settings, 'Giving a right back', (admin) =>
      admin.deleteAcls({ filters: [filter] }),
    );
  }

  async #create(
    rights: readonly Pick<
      AclEntry,
      'resourceType' | 'resourceName' | 'operation' | 'permissionType'
    >[],
  ): Promise<void> {
    const { LITERAL } = loadKafkaJs().ResourcePatternTypes;
    const acl = rights.map((right) => ({
      ...right,
      resourcePatternType: LITERAL,
      principal: this.#principal,
      host: '*',
    }));
    await withAdmin(this.#settings, 'Changing rights', (admin) => admin.createAcls({ acl }));
  }
}
