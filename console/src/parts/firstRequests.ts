// The requests by which each surface begins to be used, with the keys of the demo as variables. A view shows its own where it is empty.

/** Sends a log. */
export const firstLog = `. .local/demo.env
curl $BASE_URL/v1/logs -H "x-api-key: $LUMINALOG_KEY" -H 'Content-Type: application/json' \\
  -d '{"logs":[{"timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","level":"info","message":"Hello"}]}'`;

/** Sends a trace of one span. */
export const firstTrace = `. .local/demo.env
curl $BASE_URL/v1/ingest -H "x-api-key: $LUMIQTRACE_KEY" -H 'Content-Type: application/x-ndjson' \\
  -d '{"event_id":"'$(uuidgen || cat /proc/sys/kernel/random/uuid)'","trace_id":"t1","span_id":"s1","timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","provider":"openai","model":"gpt-4o","operation":"chat","latency_ms":420,"status":"success","cost_usd":0.0021}'`;

/** Starts a run. */
export const firstRun = `. .local/demo.env
curl $BASE_URL/v1/apps/$LAMINA_APP/runs -H "x-api-key: $LAMINA_KEY" -H 'Content-Type: application/json' \\
  -d '{"inputs":{"Text":"Hello"}}'`;
