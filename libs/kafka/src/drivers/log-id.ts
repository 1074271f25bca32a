/**
 * Identifies a log. A topic that was created again, or that belongs to another cluster, has a different id. The ids of both drivers
 * are equal, because a group's commits contain them: with different ids, a group that changes its driver would read every log again.
 *
 * @param topicId 32 hexadecimal digits, with or without hyphens
 */
export const logId = (clusterId: string, topicId: string): string =>
  `${clusterId}/${topicId.replaceAll('-', '')}`;
