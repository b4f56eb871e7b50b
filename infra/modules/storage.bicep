// The one storage account: the application's tables and queues, and the container of its package.
param name string
param location string
param tags object
param sku string
param principalId string
param isPrivate bool

@description('Empty: nothing is sent anywhere.')
param workspaceId string
param logRequests bool

// The names that the application uses; a test holds them to functions/Storage/StorageNames.cs.
var tableNames = ['tenants', 'clients', 'logs', 'traces', 'apps', 'runs', 'webhooks', 'searches', 'alerts']
var queueNames = ['logs', 'traces', 'runs', 'webhooks', 'webhooks-slow', 'triggers']

// The host moves a message here after its last try. It would create the queue itself; declared, whoever looks never finds it missing.
var poisonQueueNames = map(queueNames, queue => '${queue}-poison')

var packageContainerName = 'packages'

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    networkAcls: {
      bypass: 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
  }
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource packageContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobService
  name: packageContainerName
  properties: { publicAccess: 'None' }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01' = [
  for table in tableNames: {
    parent: tableService
    name: table
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-01-01' = [
  for queue in concat(queueNames, poisonQueueNames): {
    parent: queueService
    name: queue
  }
]

// The host documents Blob Data Owner as what it needs for its locks, leases and timers; it makes their containers itself, so that the
// account is the scope. Queue Data Contributor is the smallest role that may prolong a message's invisibility.
var roles = {
  'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

resource roleAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in items(roles): {
    scope: account
    name: guid(account.id, principalId, role.value)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
    }
  }
]

// What a day of requests cost, and how many failed, is in the metrics. The logs have each single request, and cost by their size.
var requestLogs = map(
  ['StorageRead', 'StorageWrite', 'StorageDelete'],
  category => { category: category, enabled: logRequests }
)
var requestMetrics = [{ category: 'Transaction', enabled: true }]

resource tableDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(workspaceId)) {
  scope: tableService
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: requestLogs
    metrics: requestMetrics
  }
}

resource queueDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(workspaceId)) {
  scope: queueService
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: requestLogs
    metrics: requestMetrics
  }
}

output id string = account.id
output name string = account.name
output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
output tableEndpoint string = account.properties.primaryEndpoints.table
output packageContainer string = packageContainer.name
