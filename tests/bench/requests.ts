/** The same bodies for every target. */
export const captionBody = JSON.stringify({
  content_description: 'A cozy coffee shop in Lisbon with rain on the window and a slice of almond cake',
  style: 'casual',
  audience: 'general',
  client_id: 'benchmark',
});
export const chatModel = 'gpt-4o-mini';
export const chatBody = JSON.stringify({
  model: chatModel,
  max_tokens: 64,
  messages: [
    {
      role: 'user',
      content:
        'Write one short caption for a photo of a red bicycle leaning on a white wall in the afternoon sun, with long shadows on it.',
    },
  ],
});
export const graphqlBody = JSON.stringify({ query: '{models{id name}}' });
