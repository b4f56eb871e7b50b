// Values come from the environment: that of azd, of a workflow, or of a shell. What is not set keeps the default of main.bicep.
using './main.bicep'

var name = readEnvironmentVariable('AZURE_ENV_NAME', 'serverless')
var memory = readEnvironmentVariable('SERVERLESS_INSTANCE_MEMORY', '2048')

param environmentName = name
param location = readEnvironmentVariable('AZURE_LOCATION', 'swedencentral')
param resourceGroupName = readEnvironmentVariable('AZURE_RESOURCE_GROUP', 'rg-${name}')

// Settings of the application, such as { LogRetentionDays: 90 }: docs/operations.md has them all.
param settings = json(readEnvironmentVariable('SERVERLESS_SETTINGS', '{}'))

param maximumInstanceCount = int(readEnvironmentVariable('SERVERLESS_MAXIMUM_INSTANCES', '40'))
param instanceMemoryMB = { '512': 512, '2048': 2048, '4096': 4096 }[memory]
param httpConcurrency = int(readEnvironmentVariable('SERVERLESS_HTTP_CONCURRENCY', '100'))

param telemetry = bool(readEnvironmentVariable('SERVERLESS_TELEMETRY', 'true'))
param alerts = bool(readEnvironmentVariable('SERVERLESS_ALERTS', 'true'))
param alertEmail = readEnvironmentVariable('SERVERLESS_ALERT_EMAIL', '')
param budgetAmount = int(readEnvironmentVariable('SERVERLESS_BUDGET', '0'))
param budgetStart = readEnvironmentVariable('SERVERLESS_BUDGET_START', '')
param privateNetworking = bool(readEnvironmentVariable('SERVERLESS_PRIVATE_NETWORKING', 'false'))

// Secrets go into the vault and nowhere else. Give them for one deployment, and name them from then on.
param adminKey = readEnvironmentVariable('SERVERLESS_ADMIN_KEY', '')
param aiApiKey = readEnvironmentVariable('SERVERLESS_AI_API_KEY', '')
param searchApiKey = readEnvironmentVariable('SERVERLESS_SEARCH_API_KEY', '')
param secretsKey = readEnvironmentVariable('SERVERLESS_SECRETS_KEY', '')
param secretsPreviousKey = readEnvironmentVariable('SERVERLESS_SECRETS_PREVIOUS_KEY', '')
param webhooksPreviousSigningKey = readEnvironmentVariable('SERVERLESS_WEBHOOKS_PREVIOUS_SIGNING_KEY', '')
param webhooksSigningKey = readEnvironmentVariable('SERVERLESS_WEBHOOKS_SIGNING_KEY', '')
param secretsInVault = filter(
  split(readEnvironmentVariable('SERVERLESS_SECRETS_IN_VAULT', ''), ','),
  secret => !empty(secret)
)
