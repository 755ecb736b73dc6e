/** A topic where the broker knows it. */
export type TopicName = {
  /** As the product calls it. */
  topic: string;
  domain: 'persistent' | 'non-persistent';
  tenant: string;
  namespace: string;
};

/** Live topics are not stored, so they are Pulsar's non-persistent ones. */
export function topicNaming(place: { tenant: string; namespace: string; liveTopics: readonly string[] }) {
  const { tenant, namespace, liveTopics } = place;
  return (topic: string): TopicName => ({
    topic,
    domain: liveTopics.includes(topic) ? 'non-persistent' : 'persistent',
    tenant,
    namespace,
  });
}

/** `persistent/tenant/namespace/topic`, as paths of both APIs have it. */
export function pathOf({ domain, tenant, namespace, topic }: TopicName): string {
  return [domain, tenant, namespace, topic].map(encodeURIComponent).join('/');
}

export function fullNameOf({ domain, tenant, namespace, topic }: TopicName): string {
  return `${domain}://${tenant}/${namespace}/${topic}`;
}
