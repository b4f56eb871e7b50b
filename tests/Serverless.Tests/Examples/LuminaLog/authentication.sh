curl -X POST https://api.luminalog.cloud/v1/logs \
-H "x-api-key: ll_2010ecf83382641e48b090e7fb82396eb130113a51e363da" \
-H "Content-Type: application/json" \
-d '{"logs": [...]}'
