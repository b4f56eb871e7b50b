// The vault, and the secrets that were given to this deployment. One that was not given is left as it is, or absent.
param name string
param location string
param tags object
param principalId string
param isPrivate bool

@description('Empty: nothing is sent anywhere.')
param workspaceId string

@secure()
param adminKey string

@secure()
param aiApiKey string

@secure()
param searchApiKey string

@secure()
param secretsKey string

@secure()
param secretsPreviousKey string

@secure()
param webhooksPreviousSigningKey string

@secure()
param webhooksSigningKey string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

resource adminKeySecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(adminKey)) {
  parent: vault
  name: 'AdminKey'
  properties: { value: adminKey }
}

resource aiApiKeySecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(aiApiKey)) {
  parent: vault
  name: 'AiApiKey'
  properties: { value: aiApiKey }
}

resource searchApiKeySecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(searchApiKey)) {
  parent: vault
  name: 'SearchApiKey'
  properties: { value: searchApiKey }
}

resource secretsKeySecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(secretsKey)) {
  parent: vault
  name: 'SecretsKey'
  properties: { value: secretsKey }
}

resource secretsPreviousKeySecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(secretsPreviousKey)) {
  parent: vault
  name: 'SecretsPreviousKey'
  properties: { value: secretsPreviousKey }
}

resource webhooksPreviousSigningKeySecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(webhooksPreviousSigningKey)) {
  parent: vault
  name: 'WebhooksPreviousSigningKey'
  properties: { value: webhooksPreviousSigningKey }
}

resource webhooksSigningKeySecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(webhooksSigningKey)) {
  parent: vault
  name: 'WebhooksSigningKey'
  properties: { value: webhooksSigningKey }
}

var roles = {
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6'
}

resource roleAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in items(roles): {
    scope: vault
    name: guid(vault.id, principalId, role.value)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(workspaceId)) {
  scope: vault
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'AuditEvent', enabled: true }]
  }
}

output id string = vault.id
output name string = vault.name
output uri string = vault.properties.vaultUri
