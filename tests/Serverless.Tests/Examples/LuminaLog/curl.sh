curl -X POST https://api.luminalog.cloud/v1/logs \
-H "x-api-key: YOUR_API_KEY" \
-H "Content-Type: application/json" \
-d '{
"logs": [
{
"timestamp": "2026-01-26T14:30:00Z",
"level": "info",
"message": "API Request Received",
"metadata": { "user_id": "user_789" }
}
]
}'
