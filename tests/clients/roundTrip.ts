// One round trip a surface, with the types that the description of the API generates. Whatever it misses ends it with a message.
import createClient from "openapi-fetch";
import type { paths } from "./generated/api.js";

const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
};

const client = createClient<paths, "application/json">({ baseUrl: setting("BASE_URL") });

const need = <T>(answer: { data?: T; error?: unknown; response: Response }, what: string): T => {
  if (answer.data === undefined) throw new Error(`${what}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
};

const eventually = async <T>(ask: () => Promise<T | undefined>, what: string): Promise<T> => {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  throw new Error(`${what} did not come.`);
};

const logs = async (): Promise<void> => {
  const headers = { "x-api-key": setting("LUMINALOG_KEY") };
  const message = `A round trip ${crypto.randomUUID()}`;
  const accepted = need(
    await client.POST("/v1/logs", { headers, body: { logs: [{ timestamp: new Date().toISOString(), level: "warn", message }] } }),
    "a batch of logs");
  if (accepted.processed !== 1) throw new Error(`${accepted.processed} entries were accepted.`);
  const entry = await eventually(
    async () => need(await client.GET("/v1/logs", { headers, params: { query: { q: message, level: ["warn"] } } }), "reading logs").logs[0],
    "the entry");
  if (entry.message !== message) throw new Error("It is another entry.");
};

const traces = async (): Promise<void> => {
  const projectId = setting("LUMIQTRACE_PROJECT");
  const session = need(
    await client.POST("/v1/auth/login", { body: { email: setting("DEMO_EMAIL"), password: setting("DEMO_PASSWORD") } }), "a login");
  const traceId = crypto.randomUUID();
  const accepted = need(
    await client.POST("/v1/ingest", {
      headers: { "x-api-key": setting("LUMIQTRACE_KEY"), "Content-Type": "application/json" },
      body: [{
        event_id: crypto.randomUUID(), trace_id: traceId, span_id: "1", timestamp: new Date().toISOString(),
        provider: "openai", model: "gpt-4o", operation: "chat", environment: "test", latency_ms: 12, input_tokens: 3, output_tokens: 4, status: "success",
      }],
    }),
    "a batch of events");
  if (accepted.accepted !== 1) throw new Error(`${accepted.accepted} events were accepted.`);
  const headers = { Authorization: `Bearer ${session.token}` };
  await eventually(
    async () => {
      const found = (await client.GET("/v1/traces", { headers, params: { query: { projectId, traceId } } })).data;
      return Array.isArray(found) ? found[0] : undefined;
    },
    "the trace");
};

const runs = async (): Promise<void> => {
  const headers = { "x-api-key": setting("LAMINA_KEY") };
  const apps = need(await client.GET("/v1/apps", { headers, params: { query: { search: "echo" } } }), "the apps").data;
  const app = apps.find((found) => found.appId === "echo");
  if (!app) throw new Error("There is no app \"echo\".");
  const started = need(
    await client.POST("/v1/apps/{appId}/runs", { headers, params: { path: { appId: app.appId } }, body: { inputs: { Text: "There and back" } } }),
    "a run").data;
  const ended = need(
    await client.GET("/v1/runs/{runId}/wait", { headers, params: { path: { runId: started.runId }, query: { timeout: 30 } } }), "its end").data;
  if (ended.status !== "completed" || ended.outputs[0]?.value !== "There and back") throw new Error(JSON.stringify(ended));
};

const agents = async (): Promise<void> => {
  const headers = { Authorization: `Bearer ${setting("LITHTRIX_KEY")}` };
  const found = need(await client.GET("/v1/search", { headers, params: { query: { q: "durable queues", num_results: 3 } } }), "a search");
  if (found.results.length === 0 || found.usage.calls_total < 1) throw new Error(JSON.stringify(found));
};

await Promise.all([logs(), traces(), runs(), agents()]);
console.log("There and back on every surface.");
