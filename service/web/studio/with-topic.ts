/** Adds a topic to a description that does not name it yet. */
export const withTopic = (description: string, topic: string): string =>
  [description.trim(), ...(description.toLowerCase().includes(topic.toLowerCase()) ? [] : [topic])].filter(Boolean).join(', ');
