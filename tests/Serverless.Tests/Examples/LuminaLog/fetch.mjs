const response = await fetch('https://api.luminalog.cloud/v1/logs', {
method: 'POST',
headers: {
'x-api-key': 'YOUR_API_KEY',
'Content-Type': 'application/json'
},
body: JSON.stringify({
logs: [{
timestamp: new Date().toISOString(),
level: 'info',
message: 'Node.js event logging',
metadata: { server: 'aws-us-east-1' }
}]
})
});
