// Everything the application needs, from an empty subscription on. The scope is the subscription because the resource group is part of
// it: `azd up` and a single `az deployment sub create` then do the same.
targetScope = 'subscription'

import { Settings } from 'modules/settings.bicep'

@description('A short name for this deployment, such as prod. It is part of the names of all resources.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('The region of all resources. It has to offer Flex Consumption.')
@metadata({ azd: { type: 'location' } })
param location string

@description('The resource group, which is created if it is not there.')
param resourceGroupName string = 'rg-${environmentName}'

@description('Tags for all resources, besides azd-env-name.')
param tags object = {}

@description('Settings of the application that are to differ from its defaults, by name.')
param settings Settings = {}

@description('The most instances that a function may scale out to.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('The memory of an instance, which also decides on its share of processors.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('The requests that an instance answers at the same time before another one is added.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 100

@description('The oldest TLS version that callers may speak.')
@allowed(['1.2', '1.3'])
param minimumTlsVersion string = '1.2'

@description('How often, and how far apart, storage keeps its bytes.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'

@description('The operator\'s key. Empty keeps what the vault has.')
@secure()
param adminKey string = ''

@description('The key of the chat model\'s API. Empty keeps what the vault has.')
@secure()
param aiApiKey string = ''

@description('The key of the search provider. Empty keeps what the vault has.')
@secure()
param searchApiKey string = ''

@description('The key that secrets are kept under, 32 bytes in base64. Empty keeps what the vault has.')
@secure()
param secretsKey string = ''

@description('The key they were kept under before, while it is replaced. Empty keeps what the vault has.')
@secure()
param secretsPreviousKey string = ''

@description('The seed of the key that signed webhooks before, 32 bytes in base64. Empty keeps what the vault has.')
@secure()
param webhooksPreviousSigningKey string = ''

@description('The seed of the key that signs webhooks, 32 bytes in base64. Empty keeps what the vault has.')
@secure()
param webhooksSigningKey string = ''

@description('Which of AdminKey, AiApiKey, SearchApiKey, SecretsKey, SecretsPreviousKey, WebhooksPreviousSigningKey and WebhooksSigningKey are in the vault already. A setting refers to its secret only if that is named here or given above.')
param secretsInVault string[] = []

@description('Whether there are logs, traces, metrics and alerts. Without them nothing of the kind is created or paid.')
param telemetry bool = true

@description('How many days the workspace keeps what it takes in. The first 30 are free of charge.')
@minValue(30)
@maxValue(730)
param workspaceRetentionDays int = 30

@description('The gigabytes that the workspace takes in a day before it stops until the next; -1 for no cap.')
@minValue(-1)
param workspaceDailyGigabytes int = 1

@description('Whether every single request to tables and queues is logged, too. That may cost more than the requests.')
param storageLogs bool = false

@description('Whether alert rules are created. They need telemetry, and are paid by the month.')
param alerts bool = true

@description('Who hears of alerts. Empty: they only show in the portal.')
param alertEmail string = ''

@description('After how many minutes a message that nobody processed is an alert.')
@minValue(1)
param oldestMessageMinutes int = 15

@description('How many of a hundred requests may fail with a 5xx status before it is an alert.')
@minValue(0)
@maxValue(100)
param failedRequestsPercent int = 5

@description('How many gigabytes may be stored before it is an alert.')
@minValue(1)
param storedGigabytes int = 50

@description('The budget of a month, in the currency of the subscription. 0: none.')
@minValue(0)
param budgetAmount int = 0

@description('Who hears when the budget is nearly spent. Without it there is no budget.')
param budgetEmail string = alertEmail

@description('The first day of the month the budget began in. It must not change later; empty takes the present month.')
param budgetStart string = ''

@description('The present month. Leave it alone.')
param thisMonth string = utcNow('yyyy-MM-01')

@description('Whether storage and vault are reached over a private network only.')
param privateNetworking bool = false

@description('The addresses of that network: a block of 512.')
param networkPrefix string = '10.40.0.0/23'

var token = uniqueString(subscription().id, environmentName, location)
var allTags = union(tags, { 'azd-env-name': environmentName })
var secretNames = union(
  secretsInVault,
  empty(adminKey) ? [] : ['AdminKey'],
  empty(aiApiKey) ? [] : ['AiApiKey'],
  empty(searchApiKey) ? [] : ['SearchApiKey'],
  empty(secretsKey) ? [] : ['SecretsKey'],
  empty(secretsPreviousKey) ? [] : ['SecretsPreviousKey'],
  empty(webhooksPreviousSigningKey) ? [] : ['WebhooksPreviousSigningKey'],
  empty(webhooksSigningKey) ? [] : ['WebhooksSigningKey']
)

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: resourceGroupName
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = if (telemetry) {
  scope: group
  params: {
    token: token
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    retentionDays: workspaceRetentionDays
    dailyGigabytes: workspaceDailyGigabytes
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: allTags
    sku: storageSku
    principalId: identity.outputs.principalId
    isPrivate: privateNetworking
    workspaceId: monitoring.?outputs.workspaceId ?? ''
    logRequests: storageLogs
  }
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    isPrivate: privateNetworking
    workspaceId: monitoring.?outputs.workspaceId ?? ''
    adminKey: adminKey
    aiApiKey: aiApiKey
    searchApiKey: searchApiKey
    secretsKey: secretsKey
    secretsPreviousKey: secretsPreviousKey
    webhooksPreviousSigningKey: webhooksPreviousSigningKey
    webhooksSigningKey: webhooksSigningKey
  }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: allTags
    prefix: networkPrefix
    storageAccountId: storage.outputs.id
    vaultId: vault.outputs.id
  }
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: allTags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    queueEndpoint: storage.outputs.queueEndpoint
    tableEndpoint: storage.outputs.tableEndpoint
    packageContainer: storage.outputs.packageContainer
    vaultUri: vault.outputs.uri
    secretNames: secretNames
    settings: settings
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    httpConcurrency: httpConcurrency
    minimumTlsVersion: minimumTlsVersion
    insightsName: monitoring.?outputs.insightsName ?? ''
    workspaceId: monitoring.?outputs.workspaceId ?? ''
    subnetId: network.?outputs.functionsSubnetId ?? ''
  }
}

module alerting 'modules/alerts.bicep' = if (telemetry && alerts) {
  scope: group
  params: {
    token: token
    location: location
    tags: allTags
    workspaceId: monitoring.?outputs.workspaceId ?? ''
    storageAccountId: storage.outputs.id
    email: alertEmail
    oldestMessageMinutes: oldestMessageMinutes
    failedRequestsPercent: failedRequestsPercent
    storedGigabytes: storedGigabytes
  }
}

module budget 'modules/budget.bicep' = if (budgetAmount > 0 && !empty(budgetEmail)) {
  scope: group
  params: {
    name: 'budget-${token}'
    amount: budgetAmount
    email: budgetEmail
    start: empty(budgetStart) ? thisMonth : budgetStart
  }
}

@description('Where the application answers.')
output SERVERLESS_BASE_URL string = app.outputs.address

@description('The resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('The function app.')
output AZURE_FUNCTION_NAME string = app.outputs.name

@description('The storage account.')
output AZURE_STORAGE_ACCOUNT_NAME string = storage.outputs.name

@description('The vault that secrets are put into.')
output AZURE_KEY_VAULT_NAME string = vault.outputs.name

@description('The client id of the identity that the application works under.')
output SERVICE_API_IDENTITY_CLIENT_ID string = identity.outputs.clientId
