import requests
from datetime import datetime
response = requests.post(
'https://api.luminalog.cloud/v1/logs',
headers={
'x-api-key': 'YOUR_API_KEY',
'Content-Type': 'application/json'
},
json={
'logs': [{
'timestamp': datetime.utcnow().isoformat() + 'Z',
'level': 'info',
'message': 'Python script event'
}]
}
)
