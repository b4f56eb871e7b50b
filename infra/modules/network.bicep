// The private network: one subnet that the application is in, one that storage and vault are reached by, and the names to find them.
param name string
param location string
param tags object
param prefix string
param storageAccountId string
param vaultId string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [prefix] }
    subnets: [
      {
        name: 'functions'
        properties: {
          addressPrefix: cidrSubnet(prefix, 24, 0)
          // Webhooks, models and search providers are on the internet.
          defaultOutboundAccess: true
          delegations: [
            {
              name: 'functions'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(prefix, 27, 8)
          defaultOutboundAccess: false
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }
}

resource functionsSubnet 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' existing = {
  parent: network
  name: 'functions'
}

resource endpointsSubnet 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' existing = {
  parent: network
  name: 'endpoints'
}

var services = [
  { kind: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { kind: 'queue', zone: 'privatelink.queue.${environment().suffixes.storage}' }
  { kind: 'table', zone: 'privatelink.table.${environment().suffixes.storage}' }
  { kind: 'vault', zone: 'privatelink.vaultcore.azure.net' }
]

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for service in services: {
    name: service.zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (service, index) in services: {
    parent: zones[index]
    name: '${name}-${service.kind}'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for service in services: {
    name: 'pe-${service.kind}-${name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: endpointsSubnet.id }
      privateLinkServiceConnections: [
        {
          name: service.kind
          properties: {
            privateLinkServiceId: service.kind == 'vault' ? vaultId : storageAccountId
            groupIds: [service.kind]
          }
        }
      ]
    }
  }
]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (service, index) in services: {
    parent: endpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: service.kind
          properties: { privateDnsZoneId: zones[index].id }
        }
      ]
    }
  }
]

// Whoever uses it finds the names in place.
output functionsSubnetId string = functionsSubnet.id
