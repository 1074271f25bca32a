import type { ErrorClass } from '#base';

/** The error codes that Kafka's Java client considers retriable, including throttling, and the internal errors of the broker. */
const unavailable = {
  UNKNOWN_SERVER_ERROR: -1,
  CORRUPT_MESSAGE: 2,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  LEADER_NOT_AVAILABLE: 5,
  NOT_LEADER_OR_FOLLOWER: 6,
  REQUEST_TIMED_OUT: 7,
  REPLICA_NOT_AVAILABLE: 9,
  NETWORK_EXCEPTION: 13,
  COORDINATOR_LOAD_IN_PROGRESS: 14,
  COORDINATOR_NOT_AVAILABLE: 15,
  NOT_COORDINATOR: 16,
  NOT_ENOUGH_REPLICAS: 19,
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 20,
  NOT_CONTROLLER: 41,
  CONCURRENT_TRANSACTIONS: 51,
  KAFKA_STORAGE_ERROR: 56,
  FETCH_SESSION_ID_NOT_FOUND: 70,
  INVALID_FETCH_SESSION_EPOCH: 71,
  LISTENER_NOT_FOUND: 72,
  FENCED_LEADER_EPOCH: 74,
  UNKNOWN_LEADER_EPOCH: 75,
  OFFSET_NOT_AVAILABLE: 78,
  PREFERRED_LEADER_NOT_AVAILABLE: 80,
  ELIGIBLE_LEADERS_NOT_AVAILABLE: 83,
  ELECTION_NOT_NEEDED: 84,
  UNSTABLE_OFFSET_COMMIT: 88,
  THROTTLING_QUOTA_EXCEEDED: 89,
  UNKNOWN_TOPIC_ID: 100,
  INCONSISTENT_TOPIC_ID: 103,
  FETCH_SESSION_TOPIC_ID_ERROR: 106,
  SHARE_SESSION_NOT_FOUND: 122,
  INVALID_SHARE_SESSION_EPOCH: 123,
  SHARE_SESSION_LIMIT_REACHED: 133,
};

/**
 * The error codes about the records themselves. Such records are refused regardless of the sender and the time. The list is
 * complete.
 */
const refused = {
  MESSAGE_TOO_LARGE: 10,
  RECORD_LIST_TOO_LARGE: 18,
  INVALID_TIMESTAMP: 32,
  INVALID_RECORD: 87,
};

/** The error codes that occur because another member of the group owns what this member asks for, or is about to own it. */
const notOurs = {
  ILLEGAL_GENERATION: 22,
  UNKNOWN_MEMBER_ID: 25,
  REBALANCE_IN_PROGRESS: 27,
  FENCED_INSTANCE_ID: 82,
};

/**
 * The error codes that one kind of request handles itself, and how it handles them. In response to any other request, these errors
 * are `blocked`.
 */
const answered = {
  OFFSET_OUT_OF_RANGE: { code: 1, effect: 'a fetch continues from the beginning or the end' },
  OFFSET_METADATA_TOO_LARGE: { code: 12, effect: 'the commit is refused as a whole' },
  MEMBER_ID_REQUIRED: { code: 79, effect: 'a member joins again with the id in the response' },
};

/**
 * The error codes for which waiting does not help, because a permission, a setting or a feature is missing. Codes in none of the
 * lists are also `blocked`.
 */
const blocked = {
  INVALID_FETCH_SIZE: 4,
  BROKER_NOT_AVAILABLE: 8,
  STALE_CONTROLLER_EPOCH: 11,
  INVALID_TOPIC_EXCEPTION: 17,
  INVALID_REQUIRED_ACKS: 21,
  INCONSISTENT_GROUP_PROTOCOL: 23,
  INVALID_GROUP_ID: 24,
  INVALID_SESSION_TIMEOUT: 26,
  INVALID_COMMIT_OFFSET_SIZE: 28,
  TOPIC_AUTHORIZATION_FAILED: 29,
  GROUP_AUTHORIZATION_FAILED: 30,
  CLUSTER_AUTHORIZATION_FAILED: 31,
  UNSUPPORTED_SASL_MECHANISM: 33,
  ILLEGAL_SASL_STATE: 34,
  UNSUPPORTED_VERSION: 35,
  TOPIC_ALREADY_EXISTS: 36,
  INVALID_PARTITIONS: 37,
  INVALID_REPLICATION_FACTOR: 38,
  INVALID_REPLICA_ASSIGNMENT: 39,
  INVALID_CONFIG: 40,
  INVALID_REQUEST: 42,
  UNSUPPORTED_FOR_MESSAGE_FORMAT: 43,
  POLICY_VIOLATION: 44,
  OUT_OF_ORDER_SEQUENCE_NUMBER: 45,
  DUPLICATE_SEQUENCE_NUMBER: 46,
  INVALID_PRODUCER_EPOCH: 47,
  INVALID_TXN_STATE: 48,
  INVALID_PRODUCER_ID_MAPPING: 49,
  INVALID_TRANSACTION_TIMEOUT: 50,
  TRANSACTION_COORDINATOR_FENCED: 52,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 53,
  SECURITY_DISABLED: 54,
  OPERATION_NOT_ATTEMPTED: 55,
  LOG_DIR_NOT_FOUND: 57,
  SASL_AUTHENTICATION_FAILED: 58,
  UNKNOWN_PRODUCER_ID: 59,
  REASSIGNMENT_IN_PROGRESS: 60,
  DELEGATION_TOKEN_AUTH_DISABLED: 61,
  DELEGATION_TOKEN_NOT_FOUND: 62,
  DELEGATION_TOKEN_OWNER_MISMATCH: 63,
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: 64,
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: 65,
  DELEGATION_TOKEN_EXPIRED: 66,
  INVALID_PRINCIPAL_TYPE: 67,
  NON_EMPTY_GROUP: 68,
  GROUP_ID_NOT_FOUND: 69,
  TOPIC_DELETION_DISABLED: 73,
  UNSUPPORTED_COMPRESSION_TYPE: 76,
  STALE_BROKER_EPOCH: 77,
  GROUP_MAX_SIZE_REACHED: 81,
  NO_REASSIGNMENT_IN_PROGRESS: 85,
  GROUP_SUBSCRIBED_TO_TOPIC: 86,
  PRODUCER_FENCED: 90,
  RESOURCE_NOT_FOUND: 91,
  DUPLICATE_RESOURCE: 92,
  UNACCEPTABLE_CREDENTIAL: 93,
  INCONSISTENT_VOTER_SET: 94,
  INVALID_UPDATE_VERSION: 95,
  FEATURE_UPDATE_FAILED: 96,
  PRINCIPAL_DESERIALIZATION_FAILURE: 97,
  SNAPSHOT_NOT_FOUND: 98,
  POSITION_OUT_OF_RANGE: 99,
  DUPLICATE_BROKER_REGISTRATION: 101,
  BROKER_ID_NOT_REGISTERED: 102,
  INCONSISTENT_CLUSTER_ID: 104,
  TRANSACTIONAL_ID_NOT_FOUND: 105,
  INELIGIBLE_REPLICA: 107,
  NEW_LEADER_ELECTED: 108,
  OFFSET_MOVED_TO_TIERED_STORAGE: 109,
  FENCED_MEMBER_EPOCH: 110,
  UNRELEASED_INSTANCE_ID: 111,
  UNSUPPORTED_ASSIGNOR: 112,
  STALE_MEMBER_EPOCH: 113,
  MISMATCHED_ENDPOINT_TYPE: 114,
  UNSUPPORTED_ENDPOINT_TYPE: 115,
  UNKNOWN_CONTROLLER_ID: 116,
  UNKNOWN_SUBSCRIPTION_ID: 117,
  TELEMETRY_TOO_LARGE: 118,
  INVALID_REGISTRATION: 119,
  TRANSACTION_ABORTABLE: 120,
  INVALID_RECORD_STATE: 121,
  FENCED_STATE_EPOCH: 124,
  INVALID_VOTER_KEY: 125,
  DUPLICATE_VOTER: 126,
  VOTER_NOT_FOUND: 127,
  INVALID_REGULAR_EXPRESSION: 128,
  REBOOTSTRAP_REQUIRED: 129,
  STREAMS_INVALID_TOPOLOGY: 130,
  STREAMS_INVALID_TOPOLOGY_EPOCH: 131,
  STREAMS_TOPOLOGY_FENCED: 132,
  GROUP_DELETION_FAILED: 134,
  STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED: 135,
  CONTROLLER_ID_NOT_REGISTERED: 136,
};

/** An error in a broker's response. */
export interface BrokerError {
  readonly code: number;
  /** The name of the error in Kafka, or `UNKNOWN_CODE_…` for a code that is not in this table. */
  readonly name: string;
  readonly errorClass: ErrorClass;
  /** Describes how a request that expects this error handles it. */
  readonly effect?: string;
}

const rows: readonly BrokerError[] = [
  ...Object.entries(unavailable).map(([name, code]) => row(name, code, 'unavailable')),
  ...Object.entries(refused).map(([name, code]) => row(name, code, 'refused')),
  ...Object.entries(notOurs).map(([name, code]) => row(name, code, 'notOurs')),
  ...Object.entries(answered).map(([name, { code, effect }]) => ({
    ...row(name, code, 'blocked'),
    effect,
  })),
  ...Object.entries(blocked).map(([name, code]) => row(name, code, 'blocked')),
];

const byCode: ReadonlyMap<number, BrokerError> = new Map(rows.map((one) => [one.code, one]));

/** Contains every error code of Kafka 4.4's protocol, in the order of the numbers. */
export const BROKER_ERRORS: readonly BrokerError[] = rows.toSorted((a, b) => a.code - b.code);

/** Looks up a code of Kafka's protocol. An unknown code is `blocked`, because nothing indicates that waiting helps. */
export const brokerError = (code: number): BrokerError =>
  byCode.get(code) ?? row(`UNKNOWN_CODE_${code}`, code, 'blocked');

/** The broker errors that have their own Throughline code. All other errors get the code of their class. */
const ownCodes: ReadonlyMap<string, `TL_${string}`> = new Map([
  ['UNKNOWN_TOPIC_OR_PARTITION', 'TL_KAFKA_TOPIC_MISSING'],
  ['INVALID_TOPIC_EXCEPTION', 'TL_KAFKA_TOPIC_INVALID'],
  ['TOPIC_AUTHORIZATION_FAILED', 'TL_KAFKA_DENIED'],
  ['GROUP_AUTHORIZATION_FAILED', 'TL_KAFKA_DENIED'],
  ['CLUSTER_AUTHORIZATION_FAILED', 'TL_KAFKA_DENIED'],
  ['SASL_AUTHENTICATION_FAILED', 'TL_KAFKA_DENIED'],
  ['UNSUPPORTED_SASL_MECHANISM', 'TL_KAFKA_DENIED'],
  ['MESSAGE_TOO_LARGE', 'TL_KAFKA_MESSAGE_TOO_LARGE'],
  ['RECORD_LIST_TOO_LARGE', 'TL_KAFKA_MESSAGE_TOO_LARGE'],
  ['OFFSET_METADATA_TOO_LARGE', 'TL_KAFKA_METADATA_TOO_LARGE'],
  ['INCONSISTENT_GROUP_PROTOCOL', 'TL_KAFKA_GROUP_INCONSISTENT'],
  ['INVALID_GROUP_ID', 'TL_KAFKA_GROUP_INVALID'],
  ['INVALID_SESSION_TIMEOUT', 'TL_KAFKA_OPTIONS_INVALID'],
]);

const codeOfClass = {
  unavailable: 'TL_KAFKA_UNAVAILABLE',
  blocked: 'TL_KAFKA_BLOCKED',
  refused: 'TL_KAFKA_RECORD_REFUSED',
  notOurs: 'TL_KAFKA_COMMIT_FENCED',
} as const satisfies Record<ErrorClass, `TL_${string}`>;

/** Returns the `ThroughlineError` code for a broker's error. */
export const codeOf = ({ name, errorClass }: BrokerError): `TL_${string}` =>
  ownCodes.get(name) ?? codeOfClass[errorClass];

function row(name: string, code: number, errorClass: ErrorClass): BrokerError {
  return { code, name, errorClass };
}
