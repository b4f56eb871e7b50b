// A server that answers as those of OpenAI and of Anthropic do, always the same: where there is a tool it is called first, and then what it said is put into words. The model `busy` is over its rate.
import { createServer } from 'node:http';

const usage = { prompt_tokens: 640, completion_tokens: 58, total_tokens: 698, prompt_tokens_details: { cached_tokens: 512 }, completion_tokens_details: { reasoning_tokens: 20 } };
const answer = 'It is sunny in Riga.';

const chat = ({ model, messages, tools, stream }) => {
  const asksTool = tools && !messages.some(message => message.role === 'tool');
  const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Riga"}' } };
  const message = asksTool ? { role: 'assistant', content: null, tool_calls: [call] } : { role: 'assistant', content: answer };
  const common = { id: 'chatcmpl-1', created: 1769437800, model: `${model}-2024-11-20`, system_fingerprint: 'fp_1', service_tier: 'default' };
  const finish_reason = asksTool ? 'tool_calls' : 'stop';
  if (!stream) return { ...common, object: 'chat.completion', choices: [{ index: 0, message, logprobs: null, finish_reason }], usage };
  const chunk = more => ({ ...common, object: 'chat.completion.chunk', ...more });
  return [
    ...answer.split(' ').map(word => chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: `${word} ` }, finish_reason: null }] })),
    chunk({ choices: [{ index: 0, delta: {}, finish_reason }] }),
    chunk({ choices: [], usage }),
  ].map(part => `data: ${JSON.stringify(part)}\n\n`).join('') + 'data: [DONE]\n\n';
};

const messages = ({ model, stream }) => {
  const message = {
    id: 'msg_1', type: 'message', role: 'assistant', model, content: [{ type: 'text', text: answer }], stop_reason: 'end_turn', stop_sequence: null,
    usage: { input_tokens: 128, cache_creation_input_tokens: 0, cache_read_input_tokens: 512, output_tokens: 58 },
  };
  if (!stream) return message;
  return [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage: { ...message.usage, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: answer } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 58 } },
    { type: 'message_stop' },
  ].map(part => `event: ${part.type}\ndata: ${JSON.stringify(part)}\n\n`).join('');
};

const embeddings = ({ model, input }) => ({
  object: 'list', model, data: [input].flat().map((_, index) => ({ object: 'embedding', index, embedding: [0.1, 0.2, 0.3] })), usage: { prompt_tokens: 9, total_tokens: 9 },
});

const answers = { '/v1/chat/completions': chat, '/v1/embeddings': embeddings, '/v1/messages': messages };

/** Starts it at a free port. */
export const startModelServer = async () => {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const asked = JSON.parse(body);
    if (asked.model === 'busy') {
      response.writeHead(429, { 'content-type': 'application/json' }).end('{"type":"error","error":{"type":"rate_limit_error","message":"Too many requests"}}');
      return;
    }

    const said = answers[request.url](asked);
    response.writeHead(200, { 'content-type': asked.stream ? 'text/event-stream' : 'application/json' }).end(typeof said === 'string' ? said : JSON.stringify(said));
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
};
