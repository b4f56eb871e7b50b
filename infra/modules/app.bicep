// The plan and the function app: scale, runtime, settings, and how it is reached.
import { Settings, defaults } from 'settings.bicep'

param name string
param planName string
param location string
param tags object
param identityId string
param identityClientId string
param blobEndpoint string
param queueEndpoint string
param tableEndpoint string
param packageContainer string
param vaultUri string

@description('The secrets that there are. A reference to a missing one would reach the application as its own text.')
param secretNames string[]
param settings Settings
param maximumInstanceCount int
param instanceMemoryMB int
param httpConcurrency int
param minimumTlsVersion string

@description('Empty: no telemetry.')
param insightsName string

@description('Empty: nothing is sent anywhere.')
param workspaceId string

@description('Empty: no private network.')
param subnetId string

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: { reserved: true }
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = if (!empty(insightsName)) {
  name: insightsName
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: minimumTlsVersion
      scmMinTlsVersion: '1.2'
      remoteDebuggingEnabled: false
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        alwaysReady: []
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
  }
}

// Publishing with a name and a password, by FTP or otherwise.
resource ftpCredentials 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource scmCredentials 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

var hostSettings = {
  AzureWebJobsDisableHomepage: 'true'
  AzureWebJobsStorage__blobServiceUri: blobEndpoint
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__queueServiceUri: queueEndpoint
  AzureWebJobsStorage__tableServiceUri: tableEndpoint
}

// The connection string says where to publish; what lets the application in is its identity.
var telemetrySettings = empty(insightsName)
  ? {}
  : {
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.?properties.ConnectionString ?? ''
    }

var secretsBySetting = {
  AdminKey: 'AdminKey'
  Ai__ApiKey: 'AiApiKey'
  Search__ApiKey: 'SearchApiKey'
  Secrets__Key: 'SecretsKey'
  Secrets__PreviousKey: 'SecretsPreviousKey'
  Webhooks__PreviousSigningKey: 'WebhooksPreviousSigningKey'
  Webhooks__SigningKey: 'WebhooksSigningKey'
}

var secretSettings = toObject(
  filter(items(secretsBySetting), secret => contains(secretNames, secret.value)),
  secret => secret.key,
  secret => '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${secret.value})'
)

// A setting is text, whatever its type.
var ownSettings = mapValues(union(defaults, settings), value => string(value))

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(ownSettings, hostSettings, telemetrySettings, secretSettings)
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(workspaceId)) {
  scope: app
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output name string = app.name
output address string = 'https://${app.properties.defaultHostName}'
